import type { Queryable } from '../database/database.ts'
import { type CustomFieldInput, checkCustomFields } from '../records/custom-field-values.ts'
import type { JsonValue } from '../records/stored-record.ts'
import { cleanInput, cleanUrl, maxNameLength } from '../records/text-rules.ts'
import { type InputProblem, InvalidInputError } from '../user-errors.ts'

/** The values that a user gives a contact. Omitted fields stay as they are; null clears a field. */
export interface ContactInput {
  readonly name?: string | null
  readonly description?: string | null
  readonly avatarUrl?: string | null
  readonly links?: readonly string[] | null
  /** Custom fields that are not named stay as they are. */
  readonly customFields?: readonly CustomFieldInput[] | null
  /** Row id of the account. */
  readonly accountId?: string | null
  readonly externalId?: string | null
}

/** The same, checked and in the form in which it is stored. Undefined fields stay as they are. */
export interface ContactValues {
  readonly name?: string
  readonly description?: string
  readonly avatarUrl?: string | null
  readonly links?: readonly string[]
  readonly customFields: ReadonlyMap<string, JsonValue>
  readonly accountId?: string | null
  readonly externalId?: string | null
}

const maxLinks = 100

/** Throws InvalidInputError with every problem, including those of the caller. */
export async function checkContact(
  client: Queryable,
  workspaceId: string,
  given: ContactInput,
  problems: InputProblem[] = [],
): Promise<ContactValues> {
  const values = {
    name: given.name === null ? '' : given.name && cleanInput(given.name, ['name'], problems, maxNameLength),
    description:
      given.description === null ? '' : given.description && cleanInput(given.description, ['description'], problems),
    avatarUrl: given.avatarUrl && cleanUrl(given.avatarUrl, ['avatarUrl'], problems),
    links: given.links === null ? [] : given.links && checkLinks(given.links, problems),
    externalId: given.externalId && (cleanInput(given.externalId, ['externalId'], problems, 100) || null),
    accountId: given.accountId,
    customFields: await checkCustomFields(
      client,
      { workspaceId, objectType: 'CONTACT' },
      given.customFields ?? [],
      problems,
    ),
  }
  if (given.accountId != null && !(await isAccount(client, workspaceId, given.accountId))) {
    problems.push({ path: ['accountId'], message: 'The account does not exist.' })
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  return values
}

function checkLinks(links: readonly string[], problems: InputProblem[]): string[] {
  if (links.length > maxLinks) {
    problems.push({ path: ['links'], message: `At most ${maxLinks} links are allowed, not ${links.length}.` })
    return []
  }
  return links.map((link, index) => {
    const path = ['links', String(index)]
    const text = cleanInput(link, path, problems, 2_000)
    if (text === '') problems.push({ path, message: 'A link must not be empty.' })
    return text
  })
}

/** True if the account exists. It is locked until the transaction ends. */
async function isAccount(client: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM account WHERE workspace_id = $1 AND id = $2 FOR KEY SHARE', [
    workspaceId,
    id,
  ])
  return rowCount === 1
}
