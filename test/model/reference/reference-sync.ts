import { isDeepStrictEqual } from 'node:util'
import { isHandleTaken, isLeftOut, recordErrors } from './record-errors.ts'
import { scopeOfContacts } from './scope-of-contacts.ts'
import { settle, settleHolders } from './settle.ts'
import { hasRoom, type Step, syncContact } from './sync-contact.ts'
import {
  exists,
  type HubSpotContact,
  type ObjectType,
  type Outcome,
  outcomes,
  type Part,
  type RecordError,
  type StoredError,
  type SyncResult,
  type World,
} from './world.ts'

/**
 * What one run does to the store, as plainly as in docs/behaviours.md. First the accounts, then the contacts (B66). For
 * each: one record at a time, lowest HubSpot id first; then records that are no longer in scope stop (B57, B58); then
 * records whose handle was taken are retried, and records past the limit while departures have left room, for as long
 * as that lets one through (B29, B51).
 */
export function referenceSync(world: World, run: number): SyncResult {
  const { hubspot, store, settings } = world
  let after = world
  const parts: PartResult[] = []
  if (settings.accountMappings !== null) {
    const accounts = syncPart(accountsPart(world), run)
    parts.push(accounts)
    after = {
      ...world,
      store: {
        ...store,
        accounts: accounts.store.contacts,
        aliases: [...aliasesOf('CONTACT', world), ...accounts.store.aliases],
        errors: recordErrorsOf('ACCOUNT', store.errors, accounts.raised, run),
      },
    }
  }
  if (settings.contactSource !== null) {
    const contacts = syncPart(contactsPart(after), run)
    parts.push(contacts)
    after = {
      ...after,
      store: {
        ...after.store,
        contacts: contacts.store.contacts,
        aliases: [...aliasesOf('ACCOUNT', after), ...contacts.store.aliases],
        errors: recordErrorsOf('CONTACT', after.store.errors, contacts.raised, run, unknownOf(contactsPart(after))),
      },
    }
  }
  return {
    store: after.store,
    counts: Object.fromEntries(
      outcomes.map((outcome) => [outcome, parts.flatMap(({ made }) => made.filter((one) => one === outcome)).length]),
    ) as Record<Outcome, number>,
    status: parts.every(({ raised }) => raised.length === 0) ? 'COMPLETED' : 'COMPLETED_WITH_ERRORS',
  }

  function contactsPart(now: World): Part {
    return {
      objectType: 'CONTACT',
      hubspot,
      store: { contacts: now.store.contacts, aliases: aliasesOf('CONTACT', now) },
      settings: { ...settings, excluded: settings.excluded.CONTACT },
      scope: scopeOfContacts(now),
      isListIncomplete: settings.contactSource === 'FROM_LIST' && (hubspot.shown ?? null) !== null,
    }
  }
}

/** Companies, in terms of contacts without any restriction (B64). */
function accountsPart(world: World): Part {
  const { hubspot, store, settings } = world
  return {
    objectType: 'ACCOUNT',
    hubspot: {
      ...hubspot,
      contacts: hubspot.companies.map((company) => ({ ...company, inList: true, companies: [] })),
      properties: hubspot.companyProperties,
    },
    store: { contacts: store.accounts, aliases: aliasesOf('ACCOUNT', world) },
    settings: {
      ...settings,
      mappings: settings.accountMappings ?? [],
      contactLimit: Number.POSITIVE_INFINITY,
      excluded: settings.excluded.ACCOUNT,
    },
    scope: new Map(hubspot.companies.map(({ id }) => [id, 'untouched'])),
    isListIncomplete: false,
  }
}

const aliasesOf = (type: ObjectType, { store }: World) => store.aliases.filter(({ objectType }) => objectType === type)

/** Records about which a run has learnt nothing: HubSpot was building the list, and did not show them (B58). */
function unknownOf({ isListIncomplete, scope, settings }: Part): (hubspotId: bigint) => boolean {
  return (id) => isListIncomplete && id !== 0n && (!scope.has(id) || settings.excluded.includes(id))
}

function recordErrorsOf(
  type: ObjectType,
  stored: readonly StoredError[],
  raised: readonly RecordError[],
  run: number,
  isUnknown: (hubspotId: bigint) => boolean = () => false,
) {
  const isKept = ({ objectType, hubspotId, status }: StoredError) =>
    objectType !== type || (status === 'OPEN' && isUnknown(hubspotId))
  return [
    ...stored.filter(isKept),
    ...recordErrors(
      stored.filter((error) => !isKept(error)),
      raised,
      run,
    ),
  ]
}

interface PartResult {
  readonly store: Part['store']
  readonly raised: readonly RecordError[]
  /** The outcome of each record. */
  readonly made: readonly Outcome[]
}

function syncPart(part: Part, run: number): PartResult {
  let { store } = part
  const steps = new Map<HubSpotContact, Step>()
  const attempt = (contact: HubSpotContact): Step => {
    const step = syncContact({ ...part, store }, contact, run)
    store = step.store
    steps.set(contact, step)
    return step
  }

  const members = part.hubspot.contacts.filter(({ id }) => part.scope.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1))
  for (const contact of members) attempt(contact)
  store = settle({ ...part, store })
  for (let isFirst = true, hasMoved = false; ; isFirst = false) {
    const blocked = [...steps.values()].flatMap(({ errors }) => errors.filter(isHandleTaken))
    const before = store
    store = settleHolders(
      { ...part, store },
      blocked.map(({ heldByHubspotId }) => heldByHubspotId),
    )
    if (!isFirst && !hasMoved && isDeepStrictEqual(store, before)) break
    hasMoved = tryAgain()
  }

  /**
   * One pass, in ascending order. After the first record past the limit without room, no other record past the limit
   * takes part.
   */
  function tryAgain(): boolean {
    const waiting = members.filter((contact) =>
      steps.get(contact)?.errors.some((error) => isHandleTaken(error) || isLeftOut(error)),
    )
    const wasLeftOut = new Set(waiting.filter((contact) => steps.get(contact)?.errors.some(isLeftOut)))
    let isOpen = hasRoom({ ...part, store })
    let hasMoved = false
    for (const contact of waiting) {
      if (wasLeftOut.has(contact)) isOpen = isOpen && hasRoom({ ...part, store })
      if (wasLeftOut.has(contact) && !isOpen) continue
      const { outcome } = attempt(contact)
      hasMoved = hasMoved || (outcome !== 'skipped' && outcome !== 'failed')
    }
    return hasMoved
  }

  const made = [...steps.values()]
  return {
    store,
    raised: [...made.flatMap(({ errors }) => errors), ...fieldsNotFound(part)],
    made: made.map(({ outcome }) => outcome),
  }
}

function fieldsNotFound({ objectType, hubspot, settings }: Part): RecordError[] {
  return settings.mappings
    .filter(({ property }) => !exists(hubspot, property))
    .map(({ property }) => ({
      objectType,
      hubspotId: 0n,
      type: 'HUBSPOT_FIELD_NOT_FOUND',
      property,
      contact: null,
      heldBy: null,
      heldByHubspotId: null,
    }))
}
