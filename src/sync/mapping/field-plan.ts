import { createHash } from 'node:crypto'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { HubSpotOwner } from '../../hubspot/portal.ts'
import { syncedFields } from '../../records/synced-fields.ts'
import type { MappingSnapshot } from '../settings/snapshot.ts'
import type { SourceProperty } from './convert-value.ts'

/** A mapped property that HubSpot knows. */
export interface PlannedMapping extends MappingSnapshot {
  readonly source: SourceProperty
}

/**
 * What a run does with each HubSpot record: the mappings of its settings, compared with HubSpot's current properties.
 */
export interface FieldPlan {
  readonly mappings: readonly PlannedMapping[]
  /** Mapped properties that HubSpot no longer has. Their fields stay as they are (§10 HUBSPOT_FIELD_NOT_FOUND). */
  readonly missing: readonly MappingSnapshot[]
  readonly phoneRegion: string
  /** The same mappings by target. Targets without a mapping are absent. */
  readonly targets: ReadonlyMap<MappingSnapshot['target'], TargetPlan>
  /** Properties that decide what is written. */
  readonly properties: readonly string[]
  /** Properties to request from HubSpot: those, and the name of the record, which errors show. */
  readonly requested: readonly string[]
  /** The properties with the name of a record, in order. */
  readonly nameProperties: readonly string[]
  /** Changes whenever something changes what is written for equal values, so that an edit back-fills (B35). */
  readonly fingerprint: string
}

export interface TargetPlan {
  readonly mappings: readonly PlannedMapping[]
  /** One of its properties no longer exists in HubSpot. */
  readonly isMissing: boolean
}

/**
 * Increase it when conversion or matching writes something else for equal values. The next runs then rewrite
 * everything.
 */
const conversionVersion = 3

/** The HubSpot property with a contact's additional emails (B49). */
export const additionalEmails = 'hs_additional_emails'
/** The HubSpot property with a company's additional domains (B65). */
export const additionalDomains = 'hs_additional_domains'
/** Where HubSpot keeps the name of a record. */
const namesOf: Readonly<Record<ObjectType, readonly string[]>> = {
  CONTACT: ['firstname', 'lastname'],
  ACCOUNT: ['name'],
}
/** The ids of all records that were merged into this one (B59). */
export const mergedIds = 'hs_merged_object_ids'

/** What else conversion needs to know about the workspace and its portal. */
export interface People {
  /** HubSpot's owners, including archived ones. */
  readonly owners: readonly HubSpotOwner[]
  /** Email addresses of the workspace's members, in lower case. */
  readonly teammates: readonly string[]
}

/** A property as HubSpot describes it, as far as planning needs it. */
export type KnownProperty = Omit<SourceProperty, 'owners'> & { readonly referencedObjectType: string | null }

export function planFields(
  mapped: readonly MappingSnapshot[],
  known: readonly KnownProperty[],
  phoneRegion: string,
  people: People = { owners: [], teammates: [] },
  objectType: ObjectType = 'CONTACT',
): FieldPlan {
  const byName = new Map(known.map((property) => [property.name, property]))
  const owners = new Map(people.owners.map((owner) => [owner.id, owner]))
  const mappings: PlannedMapping[] = []
  const missing: MappingSnapshot[] = []
  for (const mapping of mapped) {
    const property = byName.get(mapping.property)
    if (property === undefined) missing.push(mapping)
    else mappings.push(planMapping(mapping, property, owners, people.teammates))
  }
  const properties = new Set(mappings.map((mapping) => mapping.property))
  if (mappings.some((mapping) => mapping.target === 'EMAIL')) properties.add(additionalEmails)
  if (mappings.some((mapping) => mapping.target === 'DOMAIN')) properties.add(additionalDomains)
  properties.add(mergedIds)
  const nameProperties = namesOf[objectType].filter((name) => byName.has(name))
  return {
    mappings,
    missing,
    phoneRegion,
    targets: targetsOf(mappings, missing),
    properties: [...properties],
    requested: [...new Set([...properties, ...nameProperties])],
    nameProperties,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([conversionVersion, phoneRegion, mappings.map(lasting), missing]))
      .digest('base64'),
  }
}

/** The fields that these mappings feed, each once, as they are called in the API. */
export function fieldsOf(mappings: readonly MappingSnapshot[]): string[] {
  const mapped = mappings.map(({ property, target, customField }) => ({
    target,
    hubspotProperty: property,
    customFieldKey: customField?.key ?? null,
  }))
  return [...new Set(syncedFields(mapped).map(({ field }) => field))]
}

function targetsOf(mappings: readonly PlannedMapping[], missing: readonly MappingSnapshot[]) {
  const names = new Set([...mappings, ...missing].map(({ target }) => target))
  const planOf = (target: MappingSnapshot['target']): TargetPlan => ({
    mappings: mappings.filter((mapping) => mapping.target === target),
    isMissing: missing.some((mapping) => mapping.target === target),
  })
  return new Map([...names].map((target) => [target, planOf(target)]))
}

/** The property of a record's owner refers to an owner, even if HubSpot does not say so. */
export function isOwnerProperty({ name, referencedObjectType }: KnownProperty): boolean {
  return referencedObjectType === 'OWNER' || name === 'hubspot_owner_id'
}

function planMapping(
  mapping: MappingSnapshot,
  property: KnownProperty,
  owners: ReadonlyMap<string, HubSpotOwner>,
  teammates: readonly string[],
): PlannedMapping {
  const { name, type, fieldType, options } = property
  const { customField } = mapping
  return {
    ...mapping,
    customField: customField?.type === 'TEAMMATE' ? { ...customField, options: [...teammates] } : customField,
    source: { name, type, fieldType, options, owners: isOwnerProperty(property) ? owners : null },
  }
}

/**
 * The parts of a mapping that change what is written for equal values. The list of teammates is not among them, because
 * every new member would cause every contact to be rewritten; the row hash contains the teammate that a record names
 * instead. Owners count by name, in an order that does not change when one is archived.
 */
function lasting({ source, customField, ...mapping }: PlannedMapping) {
  const { owners, options, ...property } = source
  if (customField?.type === 'TEAMMATE') return { ...mapping, property, customField: { ...customField, options: [] } }
  const names = owners && [...owners.values()].map(({ id, name }) => [id, name].join(' ')).sort()
  return { ...mapping, property, customField, options, names }
}
