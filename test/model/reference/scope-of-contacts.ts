import type { AccountOfContact, HubSpotContact, World } from './world.ts'

/**
 * The HubSpot contacts that are in scope, and the account of each (B26-B28, B66). The world is as the accounts of the
 * run left it.
 */
export function scopeOfContacts({ hubspot, store, settings }: World): ReadonlyMap<bigint, AccountOfContact> {
  const scope = new Map<bigint, AccountOfContact>()
  for (const contact of hubspot.contacts) {
    const account = accountOf(contact)
    if (account !== null) scope.set(contact.id, account)
  }
  return scope

  /** Null for a contact that is not in scope. */
  function accountOf(contact: HubSpotContact): AccountOfContact | null {
    const isListed = settings.contactSource === 'FROM_LIST'
    if (isListed && !(contact.inList && (hubspot.shown?.includes(contact.id) ?? true))) return null
    if (settings.accountMappings === null) return 'untouched'
    const own = contact.companies
      .filter(({ id }) => hubspot.companies.some((company) => company.id === id))
      .sort((one, other) => (one.id < other.id ? -1 : 1))
    const inTurn = [...own.filter(({ isPrimary }) => isPrimary), ...own.filter(({ isPrimary }) => !isPrimary)]
    for (const { id } of inTurn) {
      const account = store.accounts.find(
        ({ link }) => link?.hubspotId === id && link.state === 'ACTIVE' && !link.isHeld,
      )
      if (account) return { key: account.key }
    }
    if (isListed) return { key: null }
    return inTurn.some(({ id }) => hasFailed(id)) ? 'not synced' : null
  }

  /** A company that an admin excluded from the sync has not failed. */
  function hasFailed(company: bigint): boolean {
    return store.errors.some(
      ({ objectType, hubspotId, type, status }) =>
        objectType === 'ACCOUNT' && hubspotId === company && status === 'OPEN' && type !== 'INVALID_VALUE',
    )
  }
}
