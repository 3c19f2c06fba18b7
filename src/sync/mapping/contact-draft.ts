import { type Handle, handleKey, normaliseEmail, normalisePhone } from '../../contacts/handles.ts'
import type { JsonValue } from '../../contacts/stored-contact.ts'
import type { HandleSource } from '../../generated/prisma/enums.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { cleanText, convertValue, toText } from './convert-value.ts'
import { additionalEmails, type FieldPlan, type PlannedMapping } from './field-plan.ts'

/** A HubSpot contact in the terms of our store: what it would write where, before anything is matched. */
export interface ContactDraft {
  readonly hubspotId: bigint
  /** In the order in which they decide a match: e-mails before phones, each in mapping order (B50). */
  readonly handles: readonly Handle[]
  /** Sources whose handles follow HubSpot now: mapped, and none of their properties gone from HubSpot. */
  readonly handleSources: ReadonlySet<HandleSource>
  /** A property that feeds handles is gone from HubSpot, so that having none says nothing. */
  readonly hasUnknownHandles: boolean
  readonly fields: DraftFields
  readonly invalidValues: readonly InvalidValue[]
  /** Null where a value did not convert, so that the next run looks again. */
  readonly rowHash: bigint | null
}

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

const handleSources: readonly HandleSource[] = ['EMAIL', 'PHONE']

/** Translates a record by the plan (B31–B36, B49). Pure; the store is not consulted. */
export function draftContact(record: HubSpotRecord, plan: FieldPlan, hash: bigint): ContactDraft {
  const { customFields, invalidValues } = customFieldsOf(record, plan)
  return {
    hubspotId: record.id,
    handles: handlesOf(record, plan),
    handleSources: followedSources(record, plan),
    hasUnknownHandles: handleSources.some((source) => isMapped(plan, source) && !isReadable(record, plan, source)),
    fields: {
      name: nameOf(record, plan),
      description: textOf(record, plan, 'DESCRIPTION'),
      links: linksOf(record, plan),
      customFields,
    },
    invalidValues,
    rowHash: invalidValues.length === 0 ? hash : null,
  }
}

function handlesOf(record: HubSpotRecord, plan: FieldPlan): Handle[] {
  const handles = new Map<string, Handle>()
  const add = (source: HandleSource, value: string | null) => {
    if (value === null) return
    const handle = { source, value }
    const key = handleKey(handle)
    if (!handles.has(key)) handles.set(key, handle)
  }
  for (const mapping of mappingsTo(plan, 'EMAIL')) {
    add('EMAIL', normaliseEmail(cleanText(record.properties[mapping.property] ?? null)))
    if (mapping.property !== 'email') continue
    for (const part of (record.properties[additionalEmails] ?? '').split(';')) {
      add('EMAIL', normaliseEmail(cleanText(part)))
    }
  }
  for (const mapping of mappingsTo(plan, 'PHONE')) {
    add('PHONE', normalisePhone(cleanText(record.properties[mapping.property] ?? null), plan.phoneRegion))
  }
  return [...handles.values()]
}

function followedSources(record: HubSpotRecord, plan: FieldPlan): Set<HandleSource> {
  return new Set(handleSources.filter((source) => isReadable(record, plan, source)))
}

/** First and last name merge by themselves (B31). */
function nameOf(record: HubSpotRecord, plan: FieldPlan): string | undefined {
  if (isMapped(plan, 'NAME')) return textOf(record, plan, 'NAME')
  const targets = (['FIRST_NAME', 'LAST_NAME'] as const).filter((target) => isMapped(plan, target))
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

function mappingsTo(plan: FieldPlan, target: PlannedMapping['target']): PlannedMapping[] {
  return plan.mappings.filter((mapping) => mapping.target === target)
}

function isMapped(plan: FieldPlan, target: PlannedMapping['target']): boolean {
  return [...plan.mappings, ...plan.missing].some((mapping) => mapping.target === target)
}

/** Mapped, and every property that feeds it is still known to HubSpot. */
function isReadable(record: HubSpotRecord, plan: FieldPlan, target: PlannedMapping['target']): boolean {
  if (plan.missing.some((mapping) => mapping.target === target)) return false
  const mappings = mappingsTo(plan, target)
  return mappings.length > 0 && mappings.every((mapping) => record.properties[mapping.property] !== undefined)
}
