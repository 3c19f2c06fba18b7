import { isDeepStrictEqual } from 'node:util'
import { candidateHandles, sameHandle } from './candidate-handles.ts'
import { type Fields, mappedFields } from './mapped-fields.ts'
import { type Match, matchContact } from './match-contact.ts'
import {
  type Contact,
  createdKey,
  exists,
  type Handle,
  type HubSpotContact,
  longestHandle,
  type Outcome,
  type RecordError,
  type Settings,
  type Store,
  type StoredHandle,
  type World,
} from './world.ts'

export interface Step {
  readonly store: Store
  readonly outcome: Outcome
  readonly errors: readonly RecordError[]
}

/** Syncs one HubSpot contact into the world's store (B43-B50). `run` is the number of the run that does it. */
export function syncContact(world: World, hubspotContact: HubSpotContact, run: number): Step {
  const { hubspot, settings, store } = world
  const handles = candidateHandles(hubspot, hubspotContact, settings)
  const match = matchContact(world, hubspotContact, handles)
  const refusal = refusalOf(match, hubspotContact, store, settings)
  if (refusal) return { store: hold(store, hubspotContact.id), outcome: 'skipped', errors: [refusal] }

  const before = match.kind === 'update' || match.kind === 'link' ? match.contact : null
  if (handles.some(({ value }) => value.length > longestHandle)) {
    const error: RecordError = { ...errorOf(hubspotContact.id), type: 'UNEXPECTED' }
    return { store: hold(store, hubspotContact.id), outcome: 'failed', errors: [error] }
  }

  const { fields, invalid } = mappedFields(hubspot, hubspotContact, settings, before ?? blank)
  const after: Contact = {
    ...fields,
    key: before?.key ?? createdKey(hubspotContact.id, run),
    isPrivate: false,
    externalId: String(hubspotContact.id),
    handles: writtenHandles(world, before?.handles ?? [], handles),
    link: { hubspotId: hubspotContact.id, state: 'ACTIVE', isHeld: false, syncedInRun: run },
  }
  return {
    store: { ...store, contacts: [...store.contacts.filter((contact) => contact !== before), after] },
    outcome: outcomeOf(match, after),
    errors: invalid.map((property) => ({
      ...errorOf(hubspotContact.id),
      type: 'INVALID_VALUE',
      property,
      contact: after.key,
    })),
  }
}

const blank: Fields = { name: '', description: '', links: [], customFields: {} }

const errorOf = (hubspotId: bigint) => ({ hubspotId, property: '', contact: null, heldBy: null, heldByHubspotId: null })

function refusalOf(match: Match, { id }: HubSpotContact, store: Store, settings: Settings): RecordError | null {
  if (match.kind === 'missing handle') {
    return { ...errorOf(id), type: 'MISSING_HANDLE', contact: match.contact?.key ?? null }
  }
  if (match.kind === 'taken') {
    return {
      ...errorOf(id),
      type: match.handle.source === 'EMAIL' ? 'EMAIL_TAKEN' : 'PHONE_TAKEN',
      contact: match.contact?.key ?? null,
      heldBy: match.holder.key,
      heldByHubspotId: match.holder.link?.hubspotId ?? null,
    }
  }
  const isActive = match.kind !== 'create' && match.contact.link?.state === 'ACTIVE'
  const activeLinks = store.contacts.filter(({ link }) => link?.state === 'ACTIVE').length
  return isActive || activeLinks < settings.contactLimit ? null : { ...errorOf(0n), type: 'LIMIT_EXCEEDED' }
}

/** A skipped or failed contact keeps everything but the claim to be up to date (B40, B50). */
function hold(store: Store, hubspotId: bigint): Store {
  const contacts = store.contacts.map((contact) =>
    contact.link?.hubspotId === hubspotId ? { ...contact, link: { ...contact.link, isHeld: true } } : contact,
  )
  return { ...store, contacts }
}

/** B49: what the sync wrote follows HubSpot; what was there before, or was added locally, stays. */
function writtenHandles(world: World, before: readonly StoredHandle[], handles: readonly Handle[]): StoredHandle[] {
  const isStillWanted = (held: StoredHandle) =>
    !held.fromHubspot || !followsHubSpot(world, held.source) || handles.some((handle) => sameHandle(handle, held))
  const added = handles.filter((handle) => !before.some((held) => sameHandle(held, handle)))
  return [...before.filter(isStillWanted), ...added.map((handle) => ({ ...handle, fromHubspot: true }))]
}

/** B35: no longer mapped keeps the last values, and so does a mapped property that was deleted in HubSpot. */
function followsHubSpot({ hubspot, settings }: World, source: Handle['source']): boolean {
  const feeding = settings.mappings.filter(({ target }) => target === source)
  return feeding.length > 0 && feeding.every(({ property }) => exists(hubspot, property))
}

function outcomeOf(match: Match, after: Contact): Outcome {
  if (match.kind === 'create') return 'created'
  if (match.kind === 'link') return 'linked'
  return match.kind === 'update' && isDeepStrictEqual(visible(match.contact), visible(after)) ? 'unchanged' : 'updated'
}

/** What B69 counts as a change: values, handles, link state and external id. */
function visible({ link, handles, ...rest }: Contact) {
  const sorted = handles.map(({ source, value, fromHubspot }) => `${source} ${value} ${fromHubspot}`).sort()
  return { ...rest, handles: sorted, link: link && { hubspotId: link.hubspotId, state: link.state } }
}
