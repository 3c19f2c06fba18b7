import type { Contact, Part } from './world.ts'

type Store = Part['store']

/**
 * What happens to links whose HubSpot records are not in scope: deleted (B57), out of scope (B58), or merged (B59). A
 * record that was merged into one in scope waits for that one, which was skipped or failed; otherwise it would have
 * taken over the link. If HubSpot is still building the list, nothing happens to them, but they were not seen.
 */
export function settle(part: Part): Store {
  const { store, scope } = part
  const isGone = ({ link }: Contact) => link?.state === 'ACTIVE' && !scope.has(link.hubspotId)
  const departed = store.contacts.filter(isGone)
  if (!part.isListIncomplete) return conclude(part, departed)
  return departed.reduce(
    (after, { key }) => change(after, key, ({ link }) => ({ link: link && { ...link, isHeld: true } })),
    store,
  )
}

/**
 * What happens to contacts that left the scope earlier and hold a handle that blocks others: HubSpot is asked about
 * them, since nothing else could tell that they are gone by now (B46, B57).
 */
export function settleHolders(part: Part, holders: readonly (bigint | null)[]): Store {
  const { hubspot, store } = part
  const isGone = ({ link }: Contact) =>
    link?.state === 'OUT_OF_SCOPE' && !hubspot.contacts.some(({ id }) => id === link.hubspotId)
  const gone = store.contacts.filter(isGone)
  const asked = gone.filter(({ link }) => holders.includes(link?.hubspotId ?? null))
  const targets = asked.flatMap((contact) => survivorOf(part, contact) ?? [])
  // The primary of a merge survives, even if another one was asked about.
  const primaries = gone.filter((contact) => {
    const survivor = survivorOf(part, contact)
    return survivor !== undefined && targets.includes(survivor) && isPrimary(store, contact)
  })
  return conclude(part, [...new Set([...asked, ...primaries])])
}

function conclude(part: Part, contacts: readonly Contact[]): Store {
  const { hubspot, scope, settings, isListIncomplete } = part
  const ascending = [...contacts].sort(byHubspotId)
  const isFirst = (contact: Contact) => isPrimary(part.store, contact)
  let { store } = part
  for (const contact of [...ascending.filter(isFirst), ...ascending.filter((one) => !isFirst(one))]) {
    const { link } = contact
    if (!link) continue
    const id = link.hubspotId
    const survivor = survivorOf(part, contact)
    const stop = (state: 'OUT_OF_SCOPE' | 'SOURCE_DELETED') => () => ({ link: { ...link, state, isHeld: false } })
    if (hubspot.contacts.some((record) => record.id === id)) store = change(store, contact.key, stop('OUT_OF_SCOPE'))
    else if (!survivor) store = change(store, contact.key, stop('SOURCE_DELETED'))
    else if (scope.has(survivor.id) && !settings.excluded.includes(survivor.id)) {
      store = change(store, contact.key, () => ({ link: { ...link, isHeld: true } }))
    } else if (!isListIncomplete) store = followMerge(part, store, contact, survivor.id)
  }
  return store
}

/**
 * Merged into a record that is out of scope: its contact continues under that record's id, or gives way to the contact
 * that has it.
 */
function followMerge({ objectType }: Part, store: Store, contact: Contact, to: bigint): Store {
  const { link } = contact
  if (!link) return store
  const isFollowed = store.contacts.some(({ link, externalId }) => link?.hubspotId === to || externalId === String(to))
  const after = change(store, contact.key, () =>
    isFollowed
      ? { externalId: null, link: { ...link, state: 'MERGED_AWAY', isHeld: false } }
      : { externalId: String(to), link: { ...link, hubspotId: to, state: 'OUT_OF_SCOPE', isHeld: false } },
  )
  const known = store.aliases.find((alias) => alias.id === link.hubspotId)
  const alias = { objectType, id: link.hubspotId, isPrimary: false, ...known, mergedInto: to }
  return { ...after, aliases: [...store.aliases.filter((one) => one !== known), alias] }
}

const change = (store: Store, key: string, by: (contact: Contact) => Partial<Contact>): Store => ({
  ...store,
  contacts: store.contacts.map((contact) => (contact.key === key ? { ...contact, ...by(contact) } : contact)),
})

const survivorOf = ({ hubspot }: Part, { link }: Contact) =>
  hubspot.contacts.find(({ mergedIds }) => link !== null && mergedIds.includes(link.hubspotId))

const isPrimary = (store: Store, { link }: Contact): boolean =>
  store.aliases.some(({ id, isPrimary }) => id === link?.hubspotId && isPrimary)

const byHubspotId = (one: Contact, other: Contact): number =>
  (one.link?.hubspotId ?? 0n) < (other.link?.hubspotId ?? 0n) ? -1 : 1
