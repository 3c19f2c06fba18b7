import { contactIds } from './seed/contact-ids.ts'
import { contactKindOf, holderOf } from './seed/contact-kinds.ts'
import { seededAssociations } from './seed/seeded-associations.ts'
import { companyKindOf, seededCompanies } from './seed/seeded-companies.ts'
import { seededContacts } from './seed/seeded-contacts.ts'

export type ExpectedAccountsError =
  | 'DOMAIN_TAKEN'
  | 'ACCOUNT_NOT_SYNCED'
  | 'MISSING_HANDLE'
  | 'EMAIL_TAKEN'
  | 'PHONE_TAKEN'
  | 'INVALID_VALUE'

export interface ExpectedAccountsOutcome {
  readonly accounts: { readonly total: number; readonly created: number; readonly skipped: number }
  /** Contacts of a company that is synced or failed to sync. */
  readonly contacts: { readonly total: number; readonly created: number; readonly skipped: number }
  readonly errors: Readonly<Record<ExpectedAccountsError, number>>
  /** Number of contacts that wait for a failing company, by its id. */
  readonly waiting: ReadonlyMap<string, number>
}

/**
 * The expected result of a correct first sync of companies, and of contacts from the synced accounts, into an empty
 * store. It is derived from the kinds that companies and contacts were generated as. Mapping of companies: name, domain
 * (with hs_additional_domains), description. Mapping of contacts: as for `expectedOutcome`.
 */
export const expectedAccountsOutcome = (
  seed: number,
  size: { readonly contacts: number; readonly companies: number },
): ExpectedAccountsOutcome => {
  const companies = seededCompanies(seed, size.companies)
  const associations = seededAssociations(seed, seededContacts(seed, size.contacts), companies)
  const errors: Record<ExpectedAccountsError, number> = {
    DOMAIN_TAKEN: 0,
    ACCOUNT_NOT_SYNCED: 0,
    MISSING_HANDLE: 0,
    EMAIL_TAKEN: 0,
    PHONE_TAKEN: 0,
    INVALID_VALUE: 0,
  }
  const kindOf = (companyId: number) => companyKindOf(seed, companies.indexOf(companyId) ?? 0)
  const waiting = new Map<string, number>()
  let archived = 0
  for (let index = 0; index < size.companies; index++) {
    const kind = companyKindOf(seed, index)
    if (kind === 'archived') archived++
    if (kind !== 'duplicate-domain') continue
    errors.DOMAIN_TAKEN++
    waiting.set(String(companies.idAt(index)), 0)
  }

  const ids = contactIds(seed)
  // Duplicates repeat a handle of an earlier contact, which conflicts only if an earlier contact was created with it.
  const taken = new Set<string>()
  let [total, created] = [0, 0]
  for (let index = 0; index < size.contacts; index++) {
    const kind = contactKindOf(seed, index)
    const own = [...associations.companiesOf(ids.idAt(index)).keys()].filter((id) => kindOf(id) !== 'archived')
    if (kind === 'archived' || own.length === 0) continue
    total++
    if (own.every((id) => kindOf(id) === 'duplicate-domain')) {
      errors.ACCOUNT_NOT_SYNCED++
      for (const id of own) waiting.set(String(id), (waiting.get(String(id)) ?? 0) + 1)
      continue
    }
    const email = kind === 'duplicate-email' || kind === 'duplicate-both' ? `e${holderOf(seed, index, 'email')}` : null
    const phone = kind === 'duplicate-phone' || kind === 'duplicate-both' ? `p${holderOf(seed, index, 'phone')}` : null
    if (kind === 'no-handle') errors.MISSING_HANDLE++
    else if (email !== null && taken.has(email)) errors.EMAIL_TAKEN++
    else if (phone !== null && taken.has(phone)) errors.PHONE_TAKEN++
    else {
      created++
      if (kind === 'impossible-date') errors.INVALID_VALUE++
      for (const handle of [`e${index}`, `p${index}`, email, phone]) if (handle !== null) taken.add(handle)
    }
  }
  return {
    accounts: {
      total: size.companies - archived,
      created: size.companies - archived - errors.DOMAIN_TAKEN,
      skipped: errors.DOMAIN_TAKEN,
    },
    contacts: { total, created, skipped: total - created },
    errors,
    waiting,
  }
}
