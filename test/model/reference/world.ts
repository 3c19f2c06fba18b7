import type { RunStatus } from '../../../src/generated/prisma/enums.ts'

/** Everything that decides what one run does: HubSpot's side, our store before it, and the settings between them. */
export interface World {
  readonly hubspot: HubSpotSide
  readonly store: Store
  readonly settings: Settings
}

export interface HubSpotSide {
  /** Live contacts. A contact that is missing here was deleted or never existed. */
  readonly contacts: readonly HubSpotContact[]
  readonly companies: readonly HubSpotRecord[]
  /** The properties of contacts that exist, whether or not a contact has a value. */
  readonly properties: readonly Property[]
  readonly companyProperties: readonly Property[]
  readonly owners: readonly Owner[]
  /** Ids that were merged into another one. They never come back. */
  readonly mergedAway: Readonly<Record<ObjectType, readonly bigint[]>>
  /** HubSpot never issues an id twice. */
  readonly nextId: bigint
  /** While HubSpot rebuilds the list: the members that it shows. */
  readonly shown?: readonly bigint[] | null
}

export type ObjectType = 'CONTACT' | 'ACCOUNT'

/** A contact, or a company. */
export interface HubSpotRecord {
  readonly id: bigint
  /** Both null and blank text mean empty, and so does a name that is missing. */
  readonly values: Readonly<Record<string, string | null>>
  /** Everything that was merged into it, directly or indirectly (B59). */
  readonly mergedIds: readonly bigint[]
}

export interface HubSpotContact extends HubSpotRecord {
  /** Member of the list that may be synced (B27). */
  readonly inList: boolean
  /** At most one of them is the primary one. Companies that are not live do not count. */
  readonly companies: readonly { readonly id: bigint; readonly isPrimary: boolean }[]
}

export interface Owner {
  readonly id: string
  readonly name: string
  readonly email: string | null
  /** The owner left the portal. HubSpot still knows the name. */
  readonly isArchived?: boolean
}

export interface Property {
  readonly name: string
  readonly type: 'string' | 'number' | 'bool' | 'date' | 'datetime' | 'enumeration'
  readonly options: readonly { readonly label: string; readonly value: string }[]
  /** Its values are ids of owners. */
  readonly isOwner?: boolean
  /** Several of its options may be chosen. */
  readonly isMultiple?: boolean
}

export interface Settings {
  /** Null if contacts are not synced (B23, B24). */
  readonly contactSource: 'FROM_LIST' | 'FROM_SYNCED_ACCOUNTS' | null
  /** Mappings of contacts, in the admin's order. */
  readonly mappings: readonly Mapping[]
  /** Null if accounts are not synced. */
  readonly accountMappings: readonly Mapping[] | null
  /** Email addresses of the workspace's members. */
  readonly teammates: readonly string[]
  /** Records that an admin excluded from the sync (B60). */
  readonly excluded: Readonly<Record<ObjectType, readonly bigint[]>>
  readonly defaultPhoneRegion: string
  /** Maximum number of ACTIVE links in the workspace (B29). */
  readonly contactLimit: number
}

export interface Mapping {
  readonly property: string
  readonly target:
    | 'NAME'
    | 'FIRST_NAME'
    | 'LAST_NAME'
    | 'DESCRIPTION'
    | 'EMAIL'
    | 'PHONE'
    | 'LINK'
    | 'DOMAIN'
    | 'CUSTOM_FIELD'
  readonly customField: CustomField | null
}

export interface CustomField {
  readonly key: string
  readonly type: 'STRING' | 'NUMBER' | 'BOOLEAN' | 'DATETIME' | 'ENUM' | 'TEAMMATE'
  readonly options: readonly string[]
}

export interface Store {
  readonly contacts: readonly Contact[]
  /** In terms of contacts, with domains as handles (B65). */
  readonly accounts: readonly Contact[]
  readonly aliases: readonly Alias[]
  readonly errors: readonly StoredError[]
}

/** Look-ups by `id` find the record that follows `mergedInto` (B59). */
export interface Alias {
  readonly objectType: ObjectType
  readonly id: bigint
  readonly mergedInto: bigint
  /** HubSpot reported that this id was the primary of its merge. */
  readonly isPrimary: boolean
}

export interface Contact {
  /** Represents the row's id. A contact that a sync creates gets the key {@link createdKey} of its HubSpot id. */
  readonly key: string
  readonly isPrivate: boolean
  readonly externalId: string | null
  readonly name: string
  readonly description: string
  readonly links: readonly string[]
  readonly customFields: Readonly<Record<string, CustomValue>>
  readonly handles: readonly StoredHandle[]
  readonly link: Link | null
  /** Key of its account. */
  readonly account: string | null
  /** The sync attached it (B67). */
  readonly accountFromHubspot: boolean
}

export type CustomValue = string | number | boolean

export interface Handle {
  readonly source: 'EMAIL' | 'PHONE' | 'DOMAIN'
  readonly value: string
}

export interface StoredHandle extends Handle {
  /** The sync wrote it, so the sync may remove it (B49). */
  readonly fromHubspot: boolean
}

export interface Link {
  readonly hubspotId: bigint
  readonly state: 'ACTIVE' | 'SOURCE_DELETED' | 'OUT_OF_SCOPE' | 'MERGED_AWAY'
  readonly isHeld: boolean
  /** Number of the last run that confirmed its values (B40); 0 is before the first. */
  readonly syncedInRun: number
}

export interface RecordError {
  readonly objectType: ObjectType
  /** 0n if the problem is not about a single record. */
  readonly hubspotId: bigint
  readonly type:
    | 'MISSING_HANDLE'
    | 'EMAIL_TAKEN'
    | 'PHONE_TAKEN'
    | 'DOMAIN_TAKEN'
    | 'ACCOUNT_NOT_SYNCED'
    | 'INVALID_VALUE'
    | 'LIMIT_EXCEEDED'
    | 'HUBSPOT_FIELD_NOT_FOUND'
    | 'UNEXPECTED'
  /** The HubSpot property at fault, or empty. */
  readonly property: string
  /** Key of the contact or account that the record is or would have been synced to. */
  readonly contact: string | null
  /** Key of the contact or account that holds the handle. */
  readonly heldBy: string | null
  readonly heldByHubspotId: bigint | null
}

export interface StoredError extends RecordError {
  readonly status: 'OPEN' | 'RESOLVED'
  readonly firstRun: number
  readonly lastRun: number
}

/** The outcomes of B69. */
export const outcomes = ['created', 'linked', 'updated', 'unchanged', 'skipped', 'failed'] as const
export type Outcome = (typeof outcomes)[number]

export interface SyncResult {
  readonly store: Store
  readonly counts: Readonly<Record<Outcome, number>>
  readonly status: Extract<RunStatus, 'COMPLETED' | 'COMPLETED_WITH_ERRORS'>
}

/**
 * What a run processes together: the accounts, or the contacts. Accounts are expressed in terms of contacts, since the
 * same rules apply to both (B65).
 */
export interface Part {
  readonly objectType: ObjectType
  readonly hubspot: {
    readonly contacts: readonly HubSpotContact[]
    readonly properties: readonly Property[]
    readonly owners: readonly Owner[]
  }
  readonly store: { readonly contacts: readonly Contact[]; readonly aliases: readonly Alias[] }
  readonly settings: Pick<Settings, 'mappings' | 'defaultPhoneRegion' | 'contactLimit' | 'teammates'> & {
    readonly excluded: readonly bigint[]
  }
  /** The account of each HubSpot contact in scope. Contacts that are out of scope are absent. */
  readonly scope: ReadonlyMap<bigint, AccountOfContact>
  /** HubSpot is building the list, so a contact that is not in scope has not necessarily left (B58). */
  readonly isListIncomplete: boolean
}

/** `null`: HubSpot names no account that is synced. */
export type AccountOfContact = { readonly key: string | null } | 'untouched' | 'not synced'

/** A contact may be deleted here and created again (B60), so the number of the run is part of the key. */
export const createdKey = (hubspotId: bigint, run: number, objectType: ObjectType = 'CONTACT'): string =>
  `${objectType === 'ACCOUNT' ? 'company ' : ''}${hubspotId} of run ${run}`

export const exists = ({ properties }: Pick<HubSpotSide, 'properties'>, property: string): boolean =>
  properties.some(({ name }) => name === property)

/** The database of the tests refuses this one value, as it might refuse a value that nobody foresaw (B53). */
export const refusedEmail = 'refused@x.io'

/** What a HubSpot record says about a property; undefined if HubSpot does not know the property at all. */
export function readValue(
  hubspot: Pick<HubSpotSide, 'properties'>,
  contact: HubSpotRecord,
  property: string,
): string | null | undefined {
  if (!exists(hubspot, property)) return undefined
  const text = contact.values[property]?.trim()
  return text ? text : null
}
