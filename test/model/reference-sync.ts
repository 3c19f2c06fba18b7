import { isHandleTaken, recordErrors } from './record-errors.ts'
import { type Step, syncContact } from './sync-contact.ts'
import {
  type Contact,
  exists,
  type HubSpotContact,
  type Outcome,
  outcomes,
  type RecordError,
  type SyncResult,
  type World,
} from './world.ts'

/**
 * What one run over the list does to the store, told as plainly as docs/behaviours.md does: one contact at a time, lowest
 * HubSpot id first; then what is no longer in the list stops (B57, B58); then again those whose handle was taken, for as
 * long as that lets one in (B51).
 */
export function referenceSync(world: World, run: number): SyncResult {
  let { store } = world
  const steps = new Map<HubSpotContact, Step>()
  const attempt = (contact: HubSpotContact): Step => {
    const step = syncContact({ ...world, store }, contact, run)
    store = step.store
    steps.set(contact, step)
    return step
  }

  const members = world.hubspot.contacts.filter(({ inList }) => inList).sort((a, b) => (a.id < b.id ? -1 : 1))
  for (const contact of members) attempt(contact)
  store = { ...store, contacts: store.contacts.map((contact) => settle(contact, world)) }
  let hasMoved = true
  while (hasMoved) {
    const waiting = members.filter((contact) => steps.get(contact)?.errors.some(isHandleTaken))
    hasMoved = waiting.map(attempt).some(({ outcome }) => outcome !== 'skipped' && outcome !== 'failed')
  }

  const raised = [...[...steps.values()].flatMap(({ errors }) => errors), ...fieldsNotFound(world)]
  return {
    store: { contacts: store.contacts, errors: recordErrors(store.errors, raised, run) },
    counts: count([...steps.values()]),
    status: raised.length === 0 ? 'COMPLETED' : 'COMPLETED_WITH_ERRORS',
  }
}

function settle(contact: Contact, { hubspot }: World): Contact {
  const { link } = contact
  if (link?.state !== 'ACTIVE') return contact
  const record = hubspot.contacts.find(({ id }) => id === link.hubspotId)
  if (record?.inList) return contact
  return { ...contact, link: { ...link, state: record ? 'OUT_OF_SCOPE' : 'SOURCE_DELETED', isHeld: false } }
}

function fieldsNotFound({ hubspot, settings }: World): RecordError[] {
  return settings.mappings
    .filter(({ property }) => !exists(hubspot, property))
    .map(({ property }) => ({
      hubspotId: 0n,
      type: 'HUBSPOT_FIELD_NOT_FOUND',
      property,
      contact: null,
      heldBy: null,
      heldByHubspotId: null,
    }))
}

function count(steps: readonly Step[]): Record<Outcome, number> {
  const of = (outcome: Outcome) => steps.filter((step) => step.outcome === outcome).length
  return Object.fromEntries(outcomes.map((outcome) => [outcome, of(outcome)])) as Record<Outcome, number>
}
