import type { Contact, Part } from './world.ts'

/**
 * What becomes of the links that follow HubSpot records which are not in scope: deleted there (B57), out of scope (B58),
 * or merged (B59). One merged into a record that is in scope waits for it, since that record was skipped or failed, or it
 * would have taken the link up.
 */
export function settle({ hubspot, store, scope, objectType, settings }: Part): Part['store'] {
  const isGone = ({ link }: Contact) => link?.state === 'ACTIVE' && !scope.has(link.hubspotId)
  const departed = store.contacts.filter(isGone).sort(byHubspotId)
  let { contacts, aliases } = store
  const change = (one: Contact, by: Partial<Contact>) => {
    contacts = contacts.map((contact) => (contact.key === one.key ? { ...contact, ...by } : contact))
  }
  const turns = [...departed.filter(isPrimary), ...departed.filter((contact) => !isPrimary(contact))]
  for (const contact of turns) {
    const { link } = contact
    if (!link) continue
    const id = link.hubspotId
    const survivor = hubspot.contacts.find(({ mergedIds }) => mergedIds.includes(id))
    if (hubspot.contacts.some((record) => record.id === id)) {
      change(contact, { link: { ...link, state: 'OUT_OF_SCOPE', isHeld: false } })
    } else if (!survivor) {
      change(contact, { link: { ...link, state: 'SOURCE_DELETED', isHeld: false } })
    } else if (scope.has(survivor.id) && !settings.excluded.includes(survivor.id)) {
      change(contact, { link: { ...link, isHeld: true } })
    } else {
      const isFollowed = contacts.some(
        ({ link, externalId }) => link?.hubspotId === survivor.id || externalId === String(survivor.id),
      )
      if (isFollowed) change(contact, { externalId: null, link: { ...link, state: 'MERGED_AWAY', isHeld: false } })
      else {
        const moved = { ...link, hubspotId: survivor.id, state: 'OUT_OF_SCOPE', isHeld: false } as const
        change(contact, { externalId: String(survivor.id), link: moved })
      }
      const known = aliases.find((alias) => alias.id === id)
      const alias = { objectType, id, isPrimary: false, ...known, mergedInto: survivor.id }
      aliases = [...aliases.filter((one) => one !== known), alias]
    }
  }
  return { contacts, aliases }

  function isPrimary({ link }: Contact): boolean {
    return store.aliases.some(({ id, isPrimary }) => id === link?.hubspotId && isPrimary)
  }
}

const byHubspotId = (one: Contact, other: Contact): number =>
  (one.link?.hubspotId ?? 0n) < (other.link?.hubspotId ?? 0n) ? -1 : 1
