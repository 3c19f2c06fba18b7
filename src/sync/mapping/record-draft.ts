import { isFreeMailDomain, readDomain } from '../../accounts/domains.ts'
import { readHandle } from '../../contacts/handles.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import type { Handle, HandleSource } from '../../records/handle.ts'
import { ownValue } from '../../records/own-value.ts'
import type { JsonValue } from '../../records/stored-record.ts'
import { cutText, maxNameLength } from '../../records/text-rules.ts'
import { cleanText, convertText, convertValue } from './convert-value.ts'
import {
  additionalDomains,
  additionalEmails,
  type FieldPlan,
  fieldsOf,
  mergedIds,
  type PlannedMapping,
} from './field-plan.ts'

/** A HubSpot contact or company in terms of our store: what it would write where, before anything is matched. */
export interface RecordDraft {
  readonly hubspotId: bigint
  /** Name of the record in HubSpot, for errors about it. Null if it has none. Made only when it is needed. */
  readonly hubspotName: () => string | null
  /** In the order in which they decide a match: emails before phones, each in mapping order (B50). */
  readonly handles: readonly Handle[]
  /**
   * Sources whose handles follow HubSpot now. They are mapped, all of their properties still exist in HubSpot, and none
   * has a value that is not a handle, since such a value leaves the previous handles in place (B34).
   */
  readonly handleSources: ReadonlySet<HandleSource>
  /** A property that feeds handles no longer exists in HubSpot, so a missing handle proves nothing. */
  readonly hasUnknownHandles: boolean
  readonly fields: DraftFields
  /** At most one for each property. */
  readonly invalidValues: readonly InvalidValue[]
  /**
   * HubSpot records that were merged into this one, beginning with the one whose record survives: the primary, or else
   * the lowest id (B59).
   */
  readonly mergedIds: readonly bigint[]
  readonly account: AccountOfContact
  /** Null if a value could not be converted, so that the next run looks at the record again. */
  readonly rowHash: bigint | null
}

/**
 * The account of a contact according to HubSpot's associations (B26, B28, B67): `untouched` if accounts are not synced,
 * `not-synced` if all of its companies failed to sync (§10 ACCOUNT_NOT_SYNCED), `unreadable` if HubSpot does not say.
 */
export type AccountOfContact =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'attached'; readonly accountId: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'not-synced' }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** Only fields that are set are written. */
export interface DraftFields {
  readonly name?: string
  readonly description?: string
  readonly links?: readonly string[]
  /** Values by custom field key. Null clears the field (B36). */
  readonly customFields: ReadonlyMap<string, JsonValue | null>
}

export interface InvalidValue {
  readonly property: string
  readonly reason: string
  /** As HubSpot has it, cut if it is long. */
  readonly value: string
  /** The fields that the property feeds, as they are called in the API. */
  readonly fields: readonly string[]
  /** The value was meant to be a handle, so a record without any other handle can say why it has none. */
  readonly isHandle: boolean
}

const handleSources: readonly HandleSource[] = ['EMAIL', 'PHONE', 'DOMAIN']

/** Translates a record according to the plan (B31–B36, B49). Pure; does not use the store. */
export function draftRecord(
  record: HubSpotRecord,
  plan: FieldPlan,
  account: AccountOfContact,
  hash: bigint,
): RecordDraft {
  const invalidValues: Refusal[] = []
  const { handles, unread } = handlesOf(record, plan, invalidValues)
  const { followed, hasUnknown } = followedSources(record, plan, unread)
  const fields = {
    name: nameOf(record, plan, invalidValues),
    description: textOf(record, plan, 'DESCRIPTION', invalidValues),
    links: linksOf(record, plan),
    customFields: customFieldsOf(record, plan, invalidValues),
  }
  return {
    hubspotId: record.hubspotId,
    hubspotName: () => hubspotNameOf(record, plan),
    handles,
    handleSources: followed,
    hasUnknownHandles: hasUnknown,
    fields,
    invalidValues:
      invalidValues.length === 0 ? nothingInvalid : invalidValues.map((one) => describe(one, record, plan)),
    mergedIds: mergedIdsOf(record),
    account,
    rowHash: invalidValues.length === 0 ? hash : null,
  }
}

/** "First Last", or the name of a company, as HubSpot has it. Null if it has none. */
export function hubspotNameOf(record: HubSpotRecord, { nameProperties }: FieldPlan): string | null {
  const parts = nameProperties.map((property) => cleanText(ownValue(record.properties, property) ?? null))
  return cutText(parts.filter((part) => part !== '').join(' '), maxNameLength) || null
}

type Refusal = Pick<InvalidValue, 'property' | 'reason' | 'isHandle'>

/** A longer value is cut in errors. */
const maxValueLength = 1_000
const nothingInvalid: readonly InvalidValue[] = []

function describe(refusal: Refusal, record: HubSpotRecord, plan: FieldPlan): InvalidValue {
  const { property } = refusal
  return {
    ...refusal,
    value: cutText(cleanText(ownValue(record.properties, property) ?? null), maxValueLength),
    fields: fieldsOf(plan.mappings.filter((mapping) => mapping.property === (feeds[property] ?? property))),
  }
}

/** Properties that are read together with a mapped one. */
const feeds: Readonly<Record<string, string>> = { [additionalEmails]: 'email', [additionalDomains]: 'domain' }

/** An error is identified by its property: a property that feeds several fields has one error with every reason. */
function addInvalid(invalidValues: Refusal[], property: string, reason: string, isHandle = false): void {
  const at = invalidValues.findIndex((invalid) => invalid.property === property)
  const known = invalidValues[at]
  if (known === undefined) invalidValues.push({ property, reason, isHandle })
  else {
    const reasons = known.reason.includes(reason) ? known.reason : `${known.reason}; ${reason}`
    invalidValues[at] = { property, reason: reasons, isHandle: isHandle || known.isHandle }
  }
}

/** `unread`: sources with a value that is not a handle, as bits in the order of `handleSources`. */
function handlesOf(record: HubSpotRecord, plan: FieldPlan, invalidValues: Refusal[]) {
  const handles: Handle[] = []
  let unread = 0
  const refuse = (source: HandleSource, property: string, reason: string) => {
    unread |= 1 << handleSources.indexOf(source)
    addInvalid(invalidValues, property, reason, true)
  }
  const add = (source: 'EMAIL' | 'PHONE', property: string, raw: string | null | undefined) => {
    if (!raw) return
    const reading = readHandle(source, cleanText(raw), plan.phoneRegion)
    if (reading.kind === 'handle') addHandle(handles, source, reading.value)
    else if (reading.kind === 'invalid') refuse(source, property, reading.reason)
  }
  const addDomains = (property: string) => {
    for (const text of (ownValue(record.properties, property) ?? '').split(';')) {
      const reading = readDomain(cleanText(text))
      if (reading.kind === 'invalid') refuse('DOMAIN', property, reading.reason)
      // A free-mail domain does not identify a company: it neither matches nor conflicts (B65).
      if (reading.kind === 'domain' && !isFreeMailDomain(reading.value)) addHandle(handles, 'DOMAIN', reading.value)
    }
  }
  for (const { property } of mappingsTo(plan, 'EMAIL')) {
    add('EMAIL', property, ownValue(record.properties, property))
    const more = record.properties[additionalEmails]
    if (property !== 'email' || !more) continue
    for (const part of more.split(';')) add('EMAIL', additionalEmails, part)
  }
  for (const { property } of mappingsTo(plan, 'PHONE')) add('PHONE', property, ownValue(record.properties, property))
  for (const { property } of mappingsTo(plan, 'DOMAIN')) {
    addDomains(property)
    if (property === 'domain') addDomains(additionalDomains)
  }
  return { handles, unread }
}

function addHandle(handles: Handle[], source: HandleSource, value: string): void {
  // There are only a few, so a search costs less than a map.
  for (const handle of handles) if (handle.value === value && handle.source === source) return
  handles.push({ source, value })
}

/** One set for each combination. There are eight; a set per record would be the larger part of its draft. */
const sourceSets = new Map<number, ReadonlySet<HandleSource>>()

function followedSources(record: HubSpotRecord, plan: FieldPlan, unread: number) {
  let combination = 0
  let hasUnknown = false
  for (const [index, source] of handleSources.entries()) {
    if (isReadable(record, plan, source)) combination |= (1 << index) & ~unread
    else if (plan.targets.has(source)) hasUnknown = true
  }
  const followed =
    sourceSets.get(combination) ?? new Set(handleSources.filter((_, index) => (combination & (1 << index)) !== 0))
  sourceSets.set(combination, followed)
  return { followed, hasUnknown }
}

const nothingMerged: readonly bigint[] = []

function mergedIdsOf(record: HubSpotRecord): readonly bigint[] {
  if (!record.properties[mergedIds]) return nothingMerged
  const ids = (record.properties[mergedIds] ?? '').split(';').filter((id) => /^\d{1,18}$/.test(id))
  return [...new Set(ids.map(BigInt))].filter((id) => id !== record.hubspotId).sort((a, b) => (a < b ? -1 : 1))
}

const nameParts = ['FIRST_NAME', 'LAST_NAME'] as const

/** First and last name are joined (B31). A name that is too long is cut, and is an error all the same (B34). */
function nameOf(record: HubSpotRecord, plan: FieldPlan, invalidValues: Refusal[]): string | undefined {
  const targets = plan.targets.has('NAME') ? wholeName : nameParts.filter((target) => plan.targets.has(target))
  if (targets.length === 0) return undefined
  let name = ''
  let longest = { property: '', length: 0 }
  for (const target of targets) {
    const part = textOf(record, plan, target, invalidValues)
    if (part === undefined) return undefined
    if (part !== '') name += name === '' ? part : ` ${part}`
    const property = mappingsTo(plan, target)[0]?.property ?? ''
    if (part.length > longest.length) longest = { property, length: part.length }
  }
  if (name.length <= maxNameLength) return name
  const reason = `with ${longest.length} characters it is too long for a name; only the first ${maxNameLength} were kept`
  addInvalid(invalidValues, longest.property, reason)
  return cutText(name, maxNameLength).trim()
}

const wholeName = ['NAME'] as const

function textOf(
  record: HubSpotRecord,
  plan: FieldPlan,
  target: PlannedMapping['target'],
  invalidValues: Refusal[],
): string | undefined {
  if (!isReadable(record, plan, target)) return undefined
  const mapping = mappingsTo(plan, target)[0]
  if (mapping === undefined) return undefined
  const converted = convertText(ownValue(record.properties, mapping.property) ?? null, mapping.source)
  if (converted.kind === 'invalid') addInvalid(invalidValues, mapping.property, converted.reason)
  if (converted.kind === 'value') return String(converted.value)
  return converted.kind === 'empty' ? '' : undefined
}

function linksOf(record: HubSpotRecord, plan: FieldPlan): string[] | undefined {
  if (!isReadable(record, plan, 'LINK')) return undefined
  const links = mappingsTo(plan, 'LINK').map(({ property }) => cleanText(ownValue(record.properties, property) ?? null))
  return links.filter((link) => link !== '')
}

function customFieldsOf(record: HubSpotRecord, plan: FieldPlan, invalidValues: Refusal[]) {
  const customFields = new Map<string, JsonValue | null>()
  for (const { property, source, customField } of plan.mappings) {
    const raw = ownValue(record.properties, property)
    if (customField === null || raw === undefined) continue
    const converted = convertValue(raw, source, customField)
    if (converted.kind === 'invalid') addInvalid(invalidValues, property, converted.reason)
    else customFields.set(customField.key, converted.kind === 'empty' ? null : converted.value)
  }
  return customFields
}

function mappingsTo(plan: FieldPlan, target: PlannedMapping['target']): readonly PlannedMapping[] {
  return plan.targets.get(target)?.mappings ?? none
}

const none: readonly PlannedMapping[] = []

/** Mapped, and HubSpot still knows every property that feeds it. */
function isReadable(record: HubSpotRecord, plan: FieldPlan, target: PlannedMapping['target']): boolean {
  const planned = plan.targets.get(target)
  if (planned === undefined || planned.isMissing) return false
  for (const { property } of planned.mappings) if (!Object.hasOwn(record.properties, property)) return false
  return true
}
