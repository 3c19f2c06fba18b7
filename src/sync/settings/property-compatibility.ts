import type { CustomFieldType, MappingTarget } from '../../generated/prisma/enums.ts'
import type { HubSpotProperty } from '../../hubspot/portal.ts'

/** The kind of values that a field takes: the type of a custom field, or the contents of any other field. */
export type FieldKind = CustomFieldType | 'TEXT' | 'EMAIL' | 'PHONE' | 'LINK' | 'DOMAIN'

const text = ['string', 'phone_number', 'enumeration', 'number', 'bool', 'date', 'datetime']

/** The types of HubSpot properties that can feed each kind of field (B32, B34). */
const feedingTypes: Readonly<Record<FieldKind, readonly string[]>> = {
  TEXT: text,
  STRING: text,
  EMAIL: ['string'],
  PHONE: ['string', 'phone_number', 'number'],
  LINK: ['string'],
  DOMAIN: ['string'],
  NUMBER: ['number'],
  BOOLEAN: ['bool'],
  DATETIME: ['date', 'datetime'],
  ENUM: ['enumeration'],
  TEAMMATE: ['string'],
}

export function canFeed(property: HubSpotProperty, kind: FieldKind): boolean {
  if (feedingTypes[kind].includes(property.type)) return true
  // A checkbox may be declared as an enumeration of true and false.
  if (kind === 'BOOLEAN') return property.type === 'enumeration' && property.fieldType === 'booleancheckbox'
  // A HubSpot owner has an email address, which identifies a teammate.
  return kind === 'TEAMMATE' && property.referencedObjectType === 'OWNER'
}

export function kindOfTarget(target: Exclude<MappingTarget, 'CUSTOM_FIELD'>): FieldKind {
  switch (target) {
    case 'NAME':
    case 'FIRST_NAME':
    case 'LAST_NAME':
    case 'DESCRIPTION':
      return 'TEXT'
    default:
      return target
  }
}
