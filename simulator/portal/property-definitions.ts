import {
  INDUSTRIES,
  INTERESTS,
  LIFECYCLE_STAGES,
  type OddOption,
  type PropertyOption,
  YES_NO,
} from '../seed/property-options.ts'
import type { ObjectType } from './crm-record.ts'

export type PropertyType = 'string' | 'number' | 'bool' | 'date' | 'datetime' | 'enumeration' | 'phone_number'

export interface PropertyDefinition {
  name: string
  label: string
  type: PropertyType
  fieldType: string
  groupName: string
  description: string
  options: readonly (PropertyOption | OddOption)[]
  hubspotDefined: boolean
  hidden: boolean
  hasUniqueValue: boolean
  calculated: boolean
  externalOptions: boolean
  referencedObjectType?: string
  readOnlyValue: boolean
  createdAt: number
  updatedAt: number
  archivedAt: number | null
}

const FIELD_TYPES: Readonly<Record<PropertyType, string>> = {
  string: 'text',
  number: 'number',
  bool: 'booleancheckbox',
  date: 'date',
  datetime: 'date',
  enumeration: 'select',
  phone_number: 'phonenumber',
}

const DEFINED_AT = Date.UTC(2020, 5, 1)

/**
 * A definition, with everything that was not given filled in as for a plain property that a user of the portal created.
 */
export const propertyDefinition = (given: Partial<PropertyDefinition> & { name: string }): PropertyDefinition => {
  const type = given.type ?? 'string'
  return {
    label: given.name,
    type,
    fieldType: FIELD_TYPES[type],
    groupName: 'contactinformation',
    description: '',
    options: type === 'bool' ? YES_NO : [],
    hubspotDefined: false,
    hidden: false,
    hasUniqueValue: false,
    calculated: false,
    externalOptions: false,
    readOnlyValue: false,
    createdAt: DEFINED_AT,
    updatedAt: DEFINED_AT,
    archivedAt: null,
    ...given,
  }
}

const standard = (name: string, label: string, more: Partial<PropertyDefinition> = {}) =>
  propertyDefinition({ name, label, hubspotDefined: true, ...more })

const readOnly = (name: string, label: string, type: PropertyType = 'string') =>
  standard(name, label, { type, readOnlyValue: true, calculated: type !== 'datetime' })

const owner = standard('hubspot_owner_id', 'Contact owner', {
  type: 'enumeration',
  externalOptions: true,
  referencedObjectType: 'OWNER',
})

const CONTACT_PROPERTIES: readonly PropertyDefinition[] = [
  standard('firstname', 'First Name'),
  standard('lastname', 'Last Name'),
  standard('email', 'Email', { hasUniqueValue: true }),
  readOnly('hs_additional_emails', 'Additional email addresses'),
  standard('phone', 'Phone Number', { fieldType: 'phonenumber' }),
  standard('mobilephone', 'Mobile Phone Number', { fieldType: 'phonenumber' }),
  standard('jobtitle', 'Job Title'),
  standard('city', 'City'),
  standard('lifecyclestage', 'Lifecycle Stage', { type: 'enumeration', fieldType: 'radio', options: LIFECYCLE_STAGES }),
  owner,
  readOnly('associatedcompanyid', 'Primary Associated Company ID', 'number'),
  readOnly('hs_object_id', 'Record ID', 'number'),
  readOnly('createdate', 'Create Date', 'datetime'),
  readOnly('lastmodifieddate', 'Last Modified Date', 'datetime'),
  readOnly('hs_merged_object_ids', 'Merged record IDs'),
  propertyDefinition({ name: 'work_email', label: 'Work e-mail (free text)' }),
  propertyDefinition({
    name: 'interests',
    label: 'Interests',
    type: 'enumeration',
    fieldType: 'checkbox',
    options: INTERESTS,
  }),
  propertyDefinition({ name: 'annual_spend', label: 'Annual spend', type: 'number' }),
  propertyDefinition({ name: 'newsletter_opt_in', label: 'Newsletter opt-in', type: 'bool' }),
  propertyDefinition({ name: 'customer_since', label: 'Customer since', type: 'date' }),
  propertyDefinition({ name: 'last_demo_at', label: 'Last demo at', type: 'datetime' }),
  propertyDefinition({ name: 'linkedin_url', label: 'LinkedIn URL' }),
  propertyDefinition({ name: 'about', label: 'About', fieldType: 'textarea' }),
]

const COMPANY_PROPERTIES: readonly PropertyDefinition[] = [
  standard('name', 'Company name'),
  standard('domain', 'Company Domain Name'),
  readOnly('hs_additional_domains', 'Additional Domains'),
  standard('description', 'Description', { fieldType: 'textarea' }),
  standard('industry', 'Industry', { type: 'enumeration', options: INDUSTRIES }),
  standard('city', 'City'),
  standard('phone', 'Phone Number', { fieldType: 'phonenumber' }),
  standard('numberofemployees', 'Number of Employees', { type: 'number' }),
  { ...owner, label: 'Company owner' },
  readOnly('hs_object_id', 'Record ID', 'number'),
  readOnly('createdate', 'Create Date', 'datetime'),
  readOnly('hs_lastmodifieddate', 'Last Modified Date', 'datetime'),
  readOnly('hs_merged_object_ids', 'Merged record IDs'),
].map((definition) => ({ ...definition, groupName: 'companyinformation' }))

export const DEFAULT_PROPERTIES: Readonly<Record<ObjectType, readonly PropertyDefinition[]>> = {
  contacts: CONTACT_PROPERTIES,
  companies: COMPANY_PROPERTIES,
}
