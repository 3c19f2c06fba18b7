import type { RunStatus } from '../../src/generated/prisma/enums.ts'

/** Everything that decides what one sync of a list does: HubSpot's side, our store before it, and the settings between. */
export interface World {
  readonly hubspot: HubSpotSide
  readonly store: Store
  readonly settings: Settings
}

export interface HubSpotSide {
  /** The live ones; what is missing here was deleted or never was. */
  readonly contacts: readonly HubSpotContact[]
  /** The properties that exist, whether or not a contact has a value. */
  readonly properties: readonly Property[]
}

export interface HubSpotContact {
  readonly id: bigint
  /** Member of the list that is synced (B27). */
  readonly inList: boolean
  /** Both null and blank text mean empty; so does a name that is not here. */
  readonly values: Readonly<Record<string, string | null>>
}

export interface Property {
  readonly name: string
  readonly type: 'string' | 'number' | 'bool' | 'date' | 'datetime' | 'enumeration'
  readonly options: readonly { readonly label: string; readonly value: string }[]
}

export interface Settings {
  /** In the admin's order. */
  readonly mappings: readonly Mapping[]
  readonly defaultPhoneRegion: string
  /** How many ACTIVE links the workspace may hold (B29). */
  readonly contactLimit: number
}

export interface Mapping {
  readonly property: string
  readonly target: 'NAME' | 'FIRST_NAME' | 'LAST_NAME' | 'DESCRIPTION' | 'EMAIL' | 'PHONE' | 'LINK' | 'CUSTOM_FIELD'
  readonly customField: CustomField | null
}

export interface CustomField {
  readonly key: string
  readonly type: 'STRING' | 'NUMBER' | 'BOOLEAN' | 'DATETIME' | 'ENUM'
  readonly options: readonly string[]
}

export interface Store {
  readonly contacts: readonly Contact[]
  readonly errors: readonly StoredError[]
}

export interface Contact {
  /** Stands for the row's id. A contact that a sync creates gets the key {@link createdKey} of its HubSpot id. */
  readonly key: string
  readonly isPrivate: boolean
  readonly externalId: string | null
  readonly name: string
  readonly description: string
  readonly links: readonly string[]
  readonly customFields: Readonly<Record<string, CustomValue>>
  readonly handles: readonly StoredHandle[]
  readonly link: Link | null
}

export type CustomValue = string | number | boolean

export interface Handle {
  readonly source: 'EMAIL' | 'PHONE'
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
  /** 0n where the problem is not one record's. */
  readonly hubspotId: bigint
  readonly type:
    | 'MISSING_HANDLE'
    | 'EMAIL_TAKEN'
    | 'PHONE_TAKEN'
    | 'INVALID_VALUE'
    | 'LIMIT_EXCEEDED'
    | 'HUBSPOT_FIELD_NOT_FOUND'
    | 'UNEXPECTED'
  /** The HubSpot property at fault, or empty. */
  readonly property: string
  /** Key of the contact that the record is or would have been synced to. */
  readonly contact: string | null
  /** Key of the contact that holds the handle. */
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

/** The same contact may be deleted on our side and be created again (B60), so the run's number belongs to the key. */
export const createdKey = (hubspotId: bigint, run: number): string => `${hubspotId} of run ${run}`

export const exists = (hubspot: HubSpotSide, property: string): boolean =>
  hubspot.properties.some(({ name }) => name === property)

/** What no index holds, the database refuses (B53). */
export const longestHandle = 2_700

/** What a record of HubSpot says about a property: undefined when HubSpot does not know the property at all. */
export function readValue(hubspot: HubSpotSide, contact: HubSpotContact, property: string): string | null | undefined {
  if (!exists(hubspot, property)) return undefined
  const text = contact.values[property]?.trim()
  return text ? text : null
}
