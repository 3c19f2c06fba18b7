import { createHash } from 'node:crypto'
import type { MappingSnapshot, SettingsSnapshot } from '../settings/snapshot.ts'
import type { SourceProperty } from './convert-value.ts'

/** One mapped property that HubSpot knows. */
export interface PlannedMapping extends MappingSnapshot {
  readonly source: SourceProperty
}

/** What a run does with each HubSpot contact: the mappings of its settings, held against HubSpot's present properties. */
export interface FieldPlan {
  readonly mappings: readonly PlannedMapping[]
  /** Mapped properties that HubSpot no longer has; their fields stay as they are (§10 HUBSPOT_FIELD_NOT_FOUND). */
  readonly missing: readonly MappingSnapshot[]
  readonly phoneRegion: string
  /** Properties to ask HubSpot for. */
  readonly properties: readonly string[]
  /** Changes with everything that changes what is written for equal values, so that an edit back-fills (B35). */
  readonly fingerprint: string
}

/** Raise it when conversion or matching writes something else for equal values: the next runs then write all anew. */
const conversionVersion = 1

/** HubSpot's own home of a contact's further addresses (B49). */
export const additionalEmails = 'hs_additional_emails'

export function planFields(settings: SettingsSnapshot, known: readonly SourceProperty[]): FieldPlan {
  const byName = new Map(known.map((property) => [property.name, property]))
  const mappings: PlannedMapping[] = []
  const missing: MappingSnapshot[] = []
  for (const mapping of settings.contactMappings) {
    const source = byName.get(mapping.property)
    if (source === undefined) missing.push(mapping)
    else mappings.push({ ...mapping, source: { name: source.name, type: source.type, options: source.options } })
  }
  const properties = new Set(mappings.map((mapping) => mapping.property))
  if (mappings.some((mapping) => mapping.target === 'EMAIL')) properties.add(additionalEmails)
  return {
    mappings,
    missing,
    phoneRegion: settings.defaultPhoneRegion,
    properties: [...properties],
    fingerprint: createHash('sha256')
      .update(JSON.stringify([conversionVersion, settings.defaultPhoneRegion, mappings, missing]))
      .digest('base64'),
  }
}
