import type { Queryable } from '../database/database.ts'
import { type CustomFieldInput, checkCustomFields } from '../records/custom-field-values.ts'
import type { JsonValue } from '../records/stored-record.ts'
import { cleanInput, maxNameLength, quoted } from '../records/text-rules.ts'
import { type InputProblem, InvalidInputError } from '../user-errors.ts'
import { isFreeMailDomain, readDomain } from './domains.ts'

/** The values that a user gives an account. Omitted fields stay as they are; null clears a field. */
export interface AccountInput {
  readonly name?: string | null
  readonly description?: string | null
  /** All of its domains, in any notation. */
  readonly domains?: readonly string[] | null
  /** Custom fields that are not named stay as they are. */
  readonly customFields?: readonly CustomFieldInput[] | null
  readonly externalId?: string | null
}

/** The same, checked and in the form in which it is stored. Undefined fields stay as they are. */
export interface AccountValues {
  readonly name?: string
  readonly description?: string
  readonly domains?: readonly string[]
  readonly customFields: ReadonlyMap<string, JsonValue>
  readonly externalId?: string | null
}

const maxDomains = 100

/** Throws InvalidInputError with every problem. */
export async function checkAccount(
  client: Queryable,
  workspaceId: string,
  given: AccountInput,
): Promise<AccountValues> {
  const problems: InputProblem[] = []
  const values = {
    name: given.name === null ? '' : given.name && cleanInput(given.name, ['name'], problems, maxNameLength),
    description:
      given.description === null ? '' : given.description && cleanInput(given.description, ['description'], problems),
    domains: given.domains === null ? [] : given.domains && checkDomains(given.domains, problems),
    externalId: given.externalId && (cleanInput(given.externalId, ['externalId'], problems, 100) || null),
    customFields: await checkCustomFields(
      client,
      { workspaceId, objectType: 'ACCOUNT' },
      given.customFields ?? [],
      problems,
    ),
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  return values
}

function checkDomains(given: readonly string[], problems: InputProblem[]): string[] {
  if (given.length > maxDomains) {
    problems.push({ path: ['domains'], message: `At most ${maxDomains} domains are allowed, not ${given.length}.` })
    return []
  }
  const domains = given.flatMap((text, index) => {
    const path = ['domains', String(index)]
    const reading = readDomain(cleanInput(text, path, problems))
    const domain = reading.kind === 'domain' ? reading.value : null
    if (domain === null) {
      const reason = reading.kind === 'invalid' ? reading.reason : `${quoted(text)} is not a domain`
      problems.push({ path, message: `${reason}.` })
    } else if (isFreeMailDomain(domain)) {
      const message = `${domain} is a domain of a free email provider and cannot identify an account.`
      problems.push({ path, message })
    } else return domain
    return []
  })
  return [...new Set(domains)]
}
