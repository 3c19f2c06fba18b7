import { isFreeMailDomain, normaliseDomain } from '../../accounts/domains.ts'
import { normaliseEmail, normalisePhone } from '../../contacts/handles.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import type { Handle, HandleSource } from '../../records/handle.ts'
import type { JsonValue } from '../../records/stored-record.ts'
import { cleanText, convertValue, toText } from './convert-value.ts'
import { additionalDomains, additionalEmails, type FieldPlan, mergedIds, type PlannedMapping } from './field-plan.ts'

/** A HubSpot contact or company in the terms of our store: what it would write where, before anything is matched. */
export interface RecordDraft {
  readonly hubspotId: bigint
  /** In the order in which they decide a match: e-mails before phones, each in mapping order (B50). */
  readonly handles: readonly Handle[]
  /** Sources whose handles follow HubSpot now: mapped, and none of their properties gone from HubSpot. */
  readonly handleSources: ReadonlySet<HandleSource>
  /** A property that feeds handles is gone from HubSpot, so that having none says nothing. */
  readonly hasUnknownHandles: boolean
  readonly fields: DraftFields
  readonly invalidValues: readonly InvalidValue[]
  /** HubSpot records that were merged into this one, the one whose record goes on first: the primary, else the lowest (B59). */
  readonly mergedIds: readonly bigint[]
  readonly account: AccountOfContact
  /** Null where a value did not convert, so that the next run looks again. */
  readonly rowHash: bigint | null
}

/**
 * What HubSpot's associations say about the account of a contact (B26, B28, B67): `untouched` where accounts are not
 * synced, `not-synced` where all of its companies failed to sync (§10 ACCOUNT_NOT_SYNCED), `unreadable` where HubSpot
 * does not say.
 */
export type AccountOfContact =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'attached'; readonly accountId: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'not-synced' }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** Only what is set is written. */
export interface DraftFields {
  readonly name?: string
  readonly description?: string
  readonly links?: readonly string[]
  /** Value by custom field key; null clears the field (B36). */
  readonly customFields: ReadonlyMap<string, JsonValue | null>
}

export interface InvalidValue {
  readonly property: string
  readonly reason: string
}

const handleSources: readonly HandleSource[] = ['EMAIL', 'PHONE', 'DOMAIN']

/** Translates a record by the plan (B31–B36, B49). Pure; the store is not consulted. */
export function draftRecord(
  record: HubSpotRecord,
  plan: FieldPlan,
  account: AccountOfContact,
  hash: bigint,
): RecordDraft {
  const { customFields, invalidValues } = customFieldsOf(record, plan)
  const { followed, hasUnknown } = followedSources(record, plan)
  return {
    hubspotId: record.id,
    handles: handlesOf(record, plan),
    handleSources: followed,
    hasUnknownHandles: hasUnknown,
    fields: {
      name: nameOf(record, plan),
      description: textOf(record, plan, 'DESCRIPTION'),
      links: linksOf(record, plan),
      customFields,
    },
    invalidValues,
    mergedIds: mergedIdsOf(record),
    account,
    rowHash: invalidValues.length === 0 ? hash : null,
  }
}

function handlesOf(record: HubSpotRecord, plan: FieldPlan): Handle[] {
  const handles: Handle[] = []
  for (const mapping of mappingsTo(plan, 'EMAIL')) {
    addHandle(handles, 'EMAIL', normaliseEmail(cleanText(record.properties[mapping.property] ?? null)))
    const more = record.properties[additionalEmails]
    if (mapping.property !== 'email' || !more) continue
    for (const part of more.split(';')) addHandle(handles, 'EMAIL', normaliseEmail(cleanText(part)))
  }
  for (const mapping of mappingsTo(plan, 'PHONE')) {
    const text = cleanText(record.properties[mapping.property] ?? null)
    addHandle(handles, 'PHONE', normalisePhone(text, plan.phoneRegion))
  }
  for (const mapping of mappingsTo(plan, 'DOMAIN')) {
    addDomains(handles, record.properties[mapping.property])
    if (mapping.property === 'domain') addDomains(handles, record.properties[additionalDomains])
  }
  return handles
}

function addHandle(handles: Handle[], source: HandleSource, value: string | null): void {
  if (value === null) return
  // A few at most: looking through them costs less than a map.
  for (const handle of handles) if (handle.value === value && handle.source === source) return
  handles.push({ source, value })
}

function addDomains(handles: Handle[], texts: string | null | undefined): void {
  for (const text of (texts ?? '').split(';')) {
    const domain = normaliseDomain(cleanText(text))
    // Everybody's domain tells no company from another: it neither matches nor conflicts (B65).
    if (domain !== null && !isFreeMailDomain(domain)) addHandle(handles, 'DOMAIN', domain)
  }
}

/** One set for each combination: there are eight, and a set for each record would be the larger part of its draft. */
const sourceSets = new Map<number, ReadonlySet<HandleSource>>()

function followedSources(record: HubSpotRecord, plan: FieldPlan) {
  let combination = 0
  let hasUnknown = false
  for (const [index, source] of handleSources.entries()) {
    if (isReadable(record, plan, source)) combination |= 1 << index
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
  return [...new Set(ids.map(BigInt))].filter((id) => id !== record.id).sort((a, b) => (a < b ? -1 : 1))
}

const nameParts = ['FIRST_NAME', 'LAST_NAME'] as const

/** First and last name merge by themselves (B31). */
function nameOf(record: HubSpotRecord, plan: FieldPlan): string | undefined {
  if (plan.targets.has('NAME')) return textOf(record, plan, 'NAME')
  const targets = nameParts.filter((target) => plan.targets.has(target))
  if (targets.length === 0 || !targets.every((target) => isReadable(record, plan, target))) return undefined
  return targets
    .map((target) => textOf(record, plan, target))
    .filter((part) => part !== '')
    .join(' ')
}

function textOf(record: HubSpotRecord, plan: FieldPlan, target: PlannedMapping['target']): string | undefined {
  if (!isReadable(record, plan, target)) return undefined
  const mapping = mappingsTo(plan, target)[0]
  return mapping && toText(record.properties[mapping.property] ?? null, mapping.source)
}

function linksOf(record: HubSpotRecord, plan: FieldPlan): string[] | undefined {
  if (!isReadable(record, plan, 'LINK')) return undefined
  const links = mappingsTo(plan, 'LINK').map((mapping) => cleanText(record.properties[mapping.property] ?? null))
  return links.filter((link) => link !== '')
}

function customFieldsOf(record: HubSpotRecord, plan: FieldPlan) {
  const customFields = new Map<string, JsonValue | null>()
  const invalidValues: InvalidValue[] = []
  for (const { property, source, customField } of plan.mappings) {
    const raw = record.properties[property]
    if (customField === null || raw === undefined) continue
    const converted = convertValue(raw, source, customField)
    if (converted.kind === 'invalid') invalidValues.push({ property, reason: converted.reason })
    else customFields.set(customField.key, converted.kind === 'empty' ? null : converted.value)
  }
  return { customFields, invalidValues }
}

function mappingsTo(plan: FieldPlan, target: PlannedMapping['target']): readonly PlannedMapping[] {
  return plan.targets.get(target)?.mappings ?? none
}

const none: readonly PlannedMapping[] = []

/** Mapped, and every property that feeds it is still known to HubSpot. */
function isReadable(record: HubSpotRecord, plan: FieldPlan, target: PlannedMapping['target']): boolean {
  const planned = plan.targets.get(target)
  if (planned === undefined || planned.isMissing) return false
  for (const { property } of planned.mappings) if (record.properties[property] === undefined) return false
  return true
}
