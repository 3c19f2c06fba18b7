/**
 * One connected HubSpot portal, read only (B1). Every call waits for the portal's share of calls, repeats what is worth
 * repeating, stops with the signal's reason when that aborts, and throws the family of `errors.ts`.
 */
export interface HubSpotPortal {
  /** Null for a list that is unknown, deleted, or not one of contacts. */
  getList(listId: string, signal?: AbortSignal): Promise<HubSpotList | null>
  /** Contact lists alone; `count` up to 500. */
  searchLists(
    input: { readonly query: string; readonly offset: number; readonly count: number },
    signal?: AbortSignal,
  ): Promise<{ lists: HubSpotList[]; total: number; hasMore: boolean }>
  listProperties(objectType: ObjectType, signal?: AbortSignal): Promise<HubSpotProperty[]>
  /** Ids of a list's members, ascending; `limit` up to 250. Throws HubSpotNotFoundError for a list that is gone. */
  membershipPage(
    listId: string,
    page: { readonly after: string | null; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<{ recordIds: bigint[]; next: string | null }>
  /**
   * Up to 100 contacts. One that is unknown or deleted is absent; a merged one answers under its new id. Order is not
   * promised. A record that HubSpot sent in a surprising shape is there with `unreadable` set.
   */
  readContacts(ids: readonly bigint[], properties: readonly string[], signal?: AbortSignal): Promise<HubSpotRecord[]>
  accountInfo(signal?: AbortSignal): Promise<AccountInfo>
}

export type ObjectType = 'contacts' | 'companies'

export interface HubSpotRecord {
  readonly id: bigint
  /** Null: known to HubSpot and empty. Absent: HubSpot has no such property. */
  readonly properties: Readonly<Record<string, string | null>>
  /** Why this record could not be read; its properties are then empty and say nothing. */
  readonly unreadable?: string
}

export interface HubSpotList {
  readonly id: string
  readonly name: string
  /** Null where HubSpot has not counted yet. */
  readonly size: number | null
  readonly isDynamic: boolean
}

export interface HubSpotProperty {
  readonly name: string
  readonly label: string
  readonly type: string
  readonly fieldType: string
  readonly options: readonly { readonly label: string; readonly value: string }[]
  /** `OWNER` where values are owner ids. */
  readonly referencedObjectType: string | null
  readonly archived: boolean
}

export interface AccountInfo {
  readonly portalId: bigint
  /** Host of HubSpot's own pages for this portal, e.g. app-eu1.hubspot.com. */
  readonly uiDomain: string
  readonly dataHostingLocation: string
  readonly timeZone: string
}
