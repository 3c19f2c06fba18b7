import { isDeepStrictEqual } from 'node:util'
import { type CandidateHandles, candidateHandles, sameHandle } from './candidate-handles.ts'
import { type Fields, mappedFields } from './mapped-fields.ts'
import { type Match, matchContact } from './match-contact.ts'
import {
  type AccountOfContact,
  type Contact,
  createdKey,
  exists,
  type Handle,
  type HubSpotContact,
  type Outcome,
  type Part,
  type RecordError,
  refusedEmail,
  type StoredHandle,
} from './world.ts'

export interface Step {
  readonly store: Part['store']
  readonly outcome: Outcome
  readonly errors: readonly RecordError[]
}

/** Syncs one HubSpot contact into the part's store (B43-B50). `run` is the number of the run. */
export function syncContact(part: Part, hubspotContact: HubSpotContact, run: number): Step {
  const { objectType } = part
  const { id } = hubspotContact
  if (part.settings.excluded.includes(id)) return { store: hold(part.store, id), outcome: 'skipped', errors: [] }
  const { handles, invalid: noHandles } = candidateHandles(part, hubspotContact)
  const match = matchContact(part, hubspotContact, handles)
  const refusal = refusalOf(match, hubspotContact, part)
  if (!refusal && handles.some(({ value }) => value === refusedEmail)) {
    const error: RecordError = { ...errorOf(part, id), type: 'UNEXPECTED' }
    return { store: hold(part.store, id), outcome: 'failed', errors: [error] }
  }
  const store = withAliases(part, hubspotContact, refusal !== null)
  const invalidValue = (property: string, contact: string | null): RecordError => ({
    ...errorOf(part, id),
    type: 'INVALID_VALUE',
    property,
    contact,
  })
  if (refusal) {
    // If a value was meant to be a handle but is not one, it explains why there is none.
    const telling = refusal.type === 'MISSING_HANDLE' ? [...new Set(noHandles.map(({ property }) => property))] : []
    const errors = [refusal, ...telling.map((property) => invalidValue(property, refusal.contact))]
    return { store: hold(store, id), outcome: 'skipped', errors }
  }

  const before = match.kind === 'update' || match.kind === 'link' ? match.contact : null
  const away = match.kind === 'update' ? match.mergedAway : []
  const { fields, invalid } = mappedFields(part, hubspotContact, before ?? blank)
  const after: Contact = {
    ...fields,
    ...account(before, part.scope.get(id) ?? 'untouched'),
    key: before?.key ?? createdKey(id, run, objectType),
    isPrivate: false,
    externalId: String(id),
    handles: writtenHandles(part, before?.handles ?? [], handles, noHandles),
    link: { hubspotId: id, state: 'ACTIVE', isHeld: false, syncedInRun: run },
  }
  const others = store.contacts.filter((contact) => contact !== before)
  return {
    store: {
      ...store,
      contacts: [...others.map((other) => (away.includes(other) ? mergedAway(other, handles) : other)), after],
    },
    outcome: outcomeOf(match, after),
    errors: [...new Set([...noHandles.map(({ property }) => property), ...invalid])].map((property) =>
      invalidValue(property, after.key),
    ),
  }
}

const blank: Fields = { name: '', description: '', links: [], customFields: {} }

const errorOf = ({ objectType }: Part, hubspotId: bigint) => ({
  objectType,
  hubspotId,
  property: '',
  contact: null,
  heldBy: null,
  heldByHubspotId: null,
})

const takenType = { EMAIL: 'EMAIL_TAKEN', PHONE: 'PHONE_TAKEN', DOMAIN: 'DOMAIN_TAKEN' } as const

function refusalOf(match: Match, { id }: HubSpotContact, part: Part): RecordError | null {
  if (match.kind === 'missing handle' || match.kind === 'account not synced') {
    const type = match.kind === 'missing handle' ? 'MISSING_HANDLE' : 'ACCOUNT_NOT_SYNCED'
    return { ...errorOf(part, id), type, contact: match.contact?.key ?? null }
  }
  if (match.kind === 'taken') {
    return {
      ...errorOf(part, id),
      type: takenType[match.handle.source],
      contact: match.contact?.key ?? null,
      heldBy: match.holder.key,
      heldByHubspotId: match.holder.link?.hubspotId ?? null,
    }
  }
  // Writing may end several links and leaves one behind (B59).
  const ended = match.kind === 'create' ? [] : [match.contact, ...(match.kind === 'update' ? match.mergedAway : [])]
  const isGain = !ended.some((contact) => contact?.link?.state === 'ACTIVE')
  return isGain && !hasRoom(part) ? { ...errorOf(part, 0n), type: 'LIMIT_EXCEEDED' } : null
}

/** True if one more link may follow HubSpot (B29). */
export const hasRoom = ({ store, settings }: Pick<Part, 'store' | 'settings'>): boolean =>
  store.contacts.filter(({ link }) => link?.state === 'ACTIVE').length < settings.contactLimit

/**
 * Look-ups by an id that was merged into it find it (B59). While it waits to be synced, an id that already leads
 * somewhere keeps doing so (B62).
 */
function withAliases(
  { store, objectType }: Part,
  { id, mergedIds }: HubSpotContact,
  isWaiting: boolean,
): Part['store'] {
  const isMoved = (old: bigint) => mergedIds.includes(old) && !isWaiting
  const known = store.aliases.map((alias) => (isMoved(alias.id) ? { ...alias, mergedInto: id } : alias))
  const added = mergedIds
    .filter((merged) => !store.aliases.some((alias) => alias.id === merged))
    .map((merged) => ({ objectType, id: merged, mergedInto: id, isPrimary: false }))
  return { ...store, aliases: [...known, ...added] }
}

/** It releases the handles that the survivor holds and keeps the others (B59). */
function mergedAway(contact: Contact, handles: readonly Handle[]): Contact {
  return {
    ...contact,
    externalId: null,
    link: contact.link && { ...contact.link, state: 'MERGED_AWAY', isHeld: false },
    handles: contact.handles.filter((held) => !handles.some((handle) => sameHandle(handle, held))),
  }
}

/** B67: an account that the sync attached follows HubSpot, and an account that was attached by hand stays. */
function account(before: Contact | null, of: AccountOfContact): Pick<Contact, 'account' | 'accountFromHubspot'> {
  const { account = null, accountFromHubspot = false } = before ?? {}
  const isByHand = account !== null && !accountFromHubspot
  if (isByHand || typeof of === 'string') return { account, accountFromHubspot }
  return { account: of.key, accountFromHubspot: of.key !== null }
}

/** A skipped or failed contact keeps everything, but no longer counts as up to date (B40, B50). */
export function hold(store: Part['store'], hubspotId: bigint): Part['store'] {
  const contacts = store.contacts.map((contact) =>
    contact.link?.hubspotId === hubspotId ? { ...contact, link: { ...contact.link, isHeld: true } } : contact,
  )
  return { ...store, contacts }
}

/**
 * B49: handles that the sync wrote follow HubSpot; handles that existed before, or were added locally, stay. While
 * HubSpot has a value that is not a handle, handles of that type stay too (B34).
 */
function writtenHandles(
  part: Part,
  before: readonly StoredHandle[],
  handles: readonly Handle[],
  noHandles: CandidateHandles['invalid'],
): StoredHandle[] {
  const isStillWanted = (held: StoredHandle) =>
    !held.fromHubspot ||
    noHandles.some(({ source }) => source === held.source) ||
    !followsHubSpot(part, held.source) ||
    handles.some((handle) => sameHandle(handle, held))
  const added = handles.filter((handle) => !before.some((held) => sameHandle(held, handle)))
  return [...before.filter(isStillWanted), ...added.map((handle) => ({ ...handle, fromHubspot: true }))]
}

/**
 * B35: a field that is no longer mapped keeps its last values, and so does a mapped field whose property was deleted in
 * HubSpot.
 */
function followsHubSpot({ hubspot, settings }: Part, source: Handle['source']): boolean {
  const feeding = settings.mappings.filter(({ target }) => target === source)
  return feeding.length > 0 && feeding.every(({ property }) => exists(hubspot, property))
}

function outcomeOf(match: Match, after: Contact): Outcome {
  if (match.kind === 'create') return 'created'
  if (match.kind === 'link') return 'linked'
  const isSame =
    match.kind === 'update' &&
    match.mergedAway.length === 0 &&
    isDeepStrictEqual(visible(match.contact), visible(after))
  return isSame ? 'unchanged' : 'updated'
}

/** What counts as a change for B69: values, handles, account, link state, and external id. */
function visible({ link, handles, accountFromHubspot, ...rest }: Contact) {
  const sorted = handles.map(({ source, value, fromHubspot }) => `${source} ${value} ${fromHubspot}`).sort()
  return { ...rest, handles: sorted, link: link && { hubspotId: link.hubspotId, state: link.state } }
}
