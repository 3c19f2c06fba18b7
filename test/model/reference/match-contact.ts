import { isHandleMapping, sameHandle } from './candidate-handles.ts'
import { type Contact, exists, type Handle, type HubSpotContact, type Part } from './world.ts'

export type Match =
  | { readonly kind: 'create' }
  | { readonly kind: 'update'; readonly contact: Contact; readonly mergedAway: readonly Contact[] }
  | { readonly kind: 'link'; readonly contact: Contact }
  | { readonly kind: 'missing handle' | 'account not synced'; readonly contact: Contact | null }
  | { readonly kind: 'taken'; readonly contact: Contact | null; readonly handle: Handle; readonly holder: Contact }

/** Rules 1 to 3 for one HubSpot contact with these handles, in the order in which they decide (B44-B50). */
export function matchContact(part: Part, hubspotContact: HubSpotContact, handles: readonly Handle[]): Match {
  const { store, scope } = part
  const [followed = null, ...mergedAway] = followers(part, hubspotContact)
  if (scope.get(hubspotContact.id) === 'not synced') return { kind: 'account not synced', contact: followed }
  if (handles.length === 0 && isHandleMissing(part, followed)) return { kind: 'missing handle', contact: followed }

  const found = followed ?? holderOf(store, handles)
  if (!found) return { kind: 'create' }
  if (!followed && isTakenByAnother(found)) {
    const handle = handles.find((one) => holds(found, one))
    if (handle) return { kind: 'taken', contact: null, handle, holder: found }
  }
  for (const handle of handles) {
    const holder = holderOf(store, [handle])
    if (holder && holder !== found && !mergedAway.includes(holder)) {
      return { kind: 'taken', contact: followed, handle, holder }
    }
  }
  return followed ? { kind: 'update', contact: found, mergedAway } : { kind: 'link', contact: found }
}

/**
 * The contacts that follow this record or one that was merged into it: its own first, then the primary's, then the
 * lowest id's (B59).
 */
function followers({ store }: Part, { id, mergedIds }: HubSpotContact): Contact[] {
  const isPrimary = (merged: bigint) => store.aliases.some((alias) => alias.id === merged && alias.isPrimary)
  const ascending = [...mergedIds].sort((one, other) => (one < other ? -1 : 1))
  const inTurn = [id, ...ascending.filter(isPrimary), ...ascending.filter((merged) => !isPrimary(merged))]
  return inTurn.flatMap((one) => store.contacts.find(({ externalId }) => externalId === String(one)) ?? [])
}

/**
 * If no handle is mapped, none is missing (B45). If a handle property is deleted in HubSpot, a linked contact keeps
 * that field as it is, and everything else of it is synced (§10 HUBSPOT_FIELD_NOT_FOUND).
 */
function isHandleMissing({ hubspot, settings }: Part, followed: Contact | null): boolean {
  const properties = settings.mappings.filter(isHandleMapping).map(({ property }) => property)
  return properties.length > 0 && (followed === null || properties.every((property) => exists(hubspot, property)))
}

const holds = (contact: Contact, handle: Handle): boolean => contact.handles.some((held) => sameHandle(held, handle))

/** The shared contact that holds the first of these handles that is held at all. Private contacts hold none (B8). */
function holderOf(store: Part['store'], handles: readonly Handle[]): Contact | null {
  for (const handle of handles) {
    const holder = store.contacts.find((contact) => !contact.isPrivate && holds(contact, handle))
    if (holder) return holder
  }
  return null
}

/**
 * B46, B47: a record that was deleted or merged in HubSpot no longer ties a contact; a record that left the scope still
 * does.
 */
function isTakenByAnother({ link, externalId }: Contact): boolean {
  return link ? link.state === 'ACTIVE' || link.state === 'OUT_OF_SCOPE' : externalId !== null
}
