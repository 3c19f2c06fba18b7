import type {
  Contact,
  Handle,
  HubSpotContact,
  HubSpotRecord,
  Link,
  Mapping,
  Owner,
  Property,
  Settings,
  StoredHandle,
  World,
} from '../reference/world.ts'

/** Pieces of worlds for examples. Each returns the plain case and accepts what the example is about. */

export const text = (name: string): Property => ({ name, type: 'string', options: [] })

export const interests: Property = {
  name: 'interests',
  type: 'enumeration',
  isMultiple: true,
  options: [
    { value: 'freight', label: 'Sea & air freight' },
    { value: 'customs', label: 'Customs' },
  ],
}

export const properties: readonly Property[] = [
  ...['firstname', 'lastname', 'about', 'email', 'hs_additional_emails', 'work_email', 'phone', 'mobilephone'].map(
    text,
  ),
  ...['linkedin_url', 'website'].map(text),
  interests,
  { name: 'annual_spend', type: 'number', options: [] },
  {
    name: 'newsletter_opt_in',
    type: 'bool',
    options: [
      { value: 'true', label: 'Yes, please' },
      { value: 'false', label: 'No' },
    ],
  },
  {
    name: 'stage',
    type: 'enumeration',
    options: [
      { value: 'a;b', label: 'A and B' },
      { value: 'c', label: 'C' },
    ],
  },
  { name: 'customer_since', type: 'date', options: [] },
  { name: 'last_demo_at', type: 'datetime', options: [] },
  { name: 'hubspot_owner_id', type: 'enumeration', options: [], isOwner: true },
]

export const companyProperties: readonly Property[] = [
  ...['name', 'description', 'domain', 'hs_additional_domains'].map(text),
  { name: 'numberofemployees', type: 'number', options: [] },
]

export const owners: readonly Owner[] = [
  { id: '71', name: 'Olga One', email: 'Olga@team.io' },
  { id: '72', name: 'Otto Two', email: 'otto@team.io', isArchived: true },
]

export const mapping = (property: string, target: Mapping['target']): Mapping => ({
  property,
  target,
  customField: null,
})

export const customField = (
  property: string,
  type: NonNullable<Mapping['customField']>['type'],
  options: string[] = [],
): Mapping => ({ property, target: 'CUSTOM_FIELD', customField: { key: `own_${property}`, type, options } })

export const settings = (mappings: readonly Mapping[], rest: Partial<Settings> = {}): Settings => ({
  contactSource: 'FROM_LIST',
  accountMappings: null,
  teammates: [],
  excluded: { CONTACT: [], ACCOUNT: [] },
  mappings,
  defaultPhoneRegion: 'US',
  contactLimit: 1_000_000,
  ...rest,
})

/** Names, one email, and one phone: what most examples need. */
export const usualSettings = settings([
  mapping('firstname', 'FIRST_NAME'),
  mapping('lastname', 'LAST_NAME'),
  mapping('email', 'EMAIL'),
  mapping('phone', 'PHONE'),
])

export const inHubSpot = (id: number, values: HubSpotContact['values'] = {}, inList = true): HubSpotContact => ({
  id: BigInt(id),
  inList,
  values,
  mergedIds: [],
  companies: [],
})

export const company = (id: number, values: HubSpotRecord['values'] = {}): HubSpotRecord => ({
  id: BigInt(id),
  values,
  mergedIds: [],
})

export const email = (value: string): Handle => ({ source: 'EMAIL', value })
export const phone = (value: string): Handle => ({ source: 'PHONE', value })
export const local = (handle: Handle): StoredHandle => ({ ...handle, fromHubspot: false })
export const synced = (handle: Handle): StoredHandle => ({ ...handle, fromHubspot: true })

export const stored = (key: string, handles: readonly StoredHandle[], rest: Partial<Contact> = {}): Contact => ({
  key,
  isPrivate: false,
  externalId: null,
  name: '',
  description: '',
  links: [],
  customFields: {},
  handles,
  link: null,
  account: null,
  accountFromHubspot: false,
  ...rest,
})

/** The columns of a contact that is linked to this HubSpot id. */
export const linkedTo = (
  hubspotId: number,
  state: Link['state'] = 'ACTIVE',
): { readonly externalId: string | null; readonly link: Link } => ({
  externalId: state === 'MERGED_AWAY' ? null : String(hubspotId),
  link: { hubspotId: BigInt(hubspotId), state, isHeld: false, syncedInRun: 0 },
})

export const world = (
  hubspotContacts: readonly HubSpotContact[],
  storedContacts: readonly Contact[] = [],
  usedSettings: Settings = usualSettings,
): World => ({
  hubspot: {
    contacts: hubspotContacts,
    companies: [],
    properties,
    companyProperties,
    owners,
    mergedAway: { CONTACT: [], ACCOUNT: [] },
    nextId: 1_000n,
  },
  store: { contacts: storedContacts, accounts: [], aliases: [], errors: [] },
  settings: usedSettings,
})
