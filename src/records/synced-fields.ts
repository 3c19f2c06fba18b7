import type { LinkState, MappingTarget } from '../generated/prisma/enums.ts'

/** A field as named in the API, and the HubSpot property that feeds it. */
export interface SyncedField {
  readonly field: string
  readonly property: string
  /**
   * The mapping target behind the field: emails and phones are both handles. Null for the id, which is HubSpot's own.
   */
  readonly target: MappingTarget | null
}

/** A mapping, as far as it matters which field the property feeds. */
export interface MappedProperty {
  readonly target: MappingTarget
  readonly hubspotProperty: string
  readonly customFieldKey: string | null
}

const fieldOfTarget: Readonly<Record<Exclude<MappingTarget, 'CUSTOM_FIELD'>, string>> = {
  NAME: 'name',
  FIRST_NAME: 'name',
  LAST_NAME: 'name',
  DESCRIPTION: 'description',
  EMAIL: 'handles',
  PHONE: 'handles',
  LINK: 'links',
  DOMAIN: 'domains',
}

/** The fields that these mappings feed, in their order (B41). */
export function syncedFields(mappings: readonly MappedProperty[]): SyncedField[] {
  return mappings.map(({ target, hubspotProperty: property, customFieldKey }) => ({
    field: target === 'CUSTOM_FIELD' ? customField(customFieldKey ?? '') : fieldOfTarget[target],
    property,
    target,
  }))
}

export function customField(key: string): string {
  return `customFields.${key}`
}

/**
 * True if the fields follow the values of a HubSpot record. Otherwise they keep their last values and are edited here.
 */
export function hasSource(state: LinkState): boolean {
  return state === 'ACTIVE' || state === 'OUT_OF_SCOPE'
}
