/**
 * One connected HubSpot portal, read only (B1). Every call waits for the portal's share of calls, repeats what is worth
 * repeating, stops with the signal's reason when that aborts, and throws the family of `errors.ts`.
 */
export interface HubSpotPortal {
  /** Calls made through this object. */
  readonly usage: CallUsage
  /** Null for a list that is unknown, deleted, or not one of contacts. */
  getList(listId: string, signal?: AbortSignal): Promise<HubSpotList | null>
  /** Contact lists alone; `count` up to 500. */
  searchLists(
    input: { readonly query: string; readonly offset: number; readonly count: number },
    signal?: AbortSignal,
  ): Promise<{ lists: HubSpotList[]; total: number; hasMore: boolean }>
  listProperties(objectType: ObjectType, signal?: AbortSignal): Promise<HubSpotProperty[]>
  /** Ids of a list's members, ascending; `limit` up to 250. Throws HubSpotListNotFoundError for a list that is gone. */
  membershipPage(
    listId: string,
    page: { readonly after: string | null; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<{ recordIds: bigint[]; next: string | null }>
  /**
   * Those among up to 100 contacts that are members of a list. What is unknown to HubSpot is no member. Throws
   * HubSpotUnreadableError where HubSpot does not say of a contact that it knows.
   */
  membersAmong(listId: string, contactIds: readonly bigint[], signal?: AbortSignal): Promise<Set<bigint>>
  /**
   * Up to 100 contacts. One of which HubSpot says that it does not know it, or no longer, is absent; a merged one answers
   * under its new id. Order is not promised. A record that HubSpot sent in a surprising shape, failed on, or left out
   * without a word is there with `unreadable` set.
   */
  readContacts(ids: readonly bigint[], properties: readonly string[], signal?: AbortSignal): Promise<HubSpotRecord[]>
  /** Like {@link readContacts}. */
  readCompanies(ids: readonly bigint[], properties: readonly string[], signal?: AbortSignal): Promise<HubSpotRecord[]>
  /** Companies that are not archived, ascending by id; `limit` up to 100. */
  companyPage(
    page: { readonly after: string | null; readonly limit: number },
    properties: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ records: HubSpotRecord[]; next: string | null }>
  /** How many companies there are; null where HubSpot does not say. */
  countCompanies(signal?: AbortSignal): Promise<number | null>
  /**
   * The contacts of up to 1,000 companies, as HubSpot's answers bring them: a company of many comes in several pieces,
   * one without any not at all. A deleted company cannot be told from one without contacts. Throws
   * HubSpotUnreadableError where HubSpot does not say which contacts a company has.
   */
  contactsOfCompanies(
    companyIds: readonly bigint[],
    signal?: AbortSignal,
  ): AsyncIterable<{ readonly companyId: bigint; readonly contactIds: readonly bigint[] }>
  /** The companies of up to 1,000 contacts; a contact without any is absent. */
  companiesOfContacts(contactIds: readonly bigint[], signal?: AbortSignal): Promise<Map<bigint, CompaniesOfContact>>
  /** All owners, each once; those who left the portal are archived there and keep their names. */
  listOwners(signal?: AbortSignal): Promise<HubSpotOwner[]>
  accountInfo(signal?: AbortSignal): Promise<AccountInfo>
}

/** What a portal is opened for. The calls of a request have a share of their own and wait for seconds at most. */
export type PortalUse = 'run' | 'request'

export interface CallUsage {
  /** Attempts of every call, repeated ones included. */
  readonly calls: number
  /** Attempts that repeated one which had failed. */
  readonly repeats: number
}

export type ObjectType = 'contacts' | 'companies'

export interface HubSpotRecord {
  readonly id: bigint
  /** Null: known to HubSpot and empty. Absent: HubSpot has no such property. */
  readonly properties: Readonly<Record<string, string | null>>
  /** Why this record could not be read; its properties are then empty and say nothing. */
  readonly unreadable?: string
}

export interface CompanyOfContact {
  readonly companyId: bigint
  /** HubSpot's primary company of the contact; a contact has one at most. */
  readonly isPrimary: boolean
}

/** Or why they cannot be told, which says nothing about them. */
export type CompaniesOfContact = readonly CompanyOfContact[] | { readonly unreadable: string }

/** Someone of the portal whom records can be given to. */
export interface HubSpotOwner {
  readonly id: string
  readonly email: string | null
  /** "First Last", or the address of one without a name, or the id of one without either. */
  readonly name: string
}

export interface HubSpotList {
  readonly id: string
  readonly name: string
  /** Null where HubSpot has not counted yet. */
  readonly size: number | null
  readonly isDynamic: boolean
  /** HubSpot is still building it, so that members may be missing from what it shows. */
  readonly isBuilding: boolean
}

export interface HubSpotProperty {
  readonly name: string
  readonly label: string
  readonly type: string
  readonly fieldType: string
  /** Those that have a label. */
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
