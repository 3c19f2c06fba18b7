/**
 * A connected HubSpot portal, read only (B1). Every call waits for the portal's share of calls, repeats what is worth
 * repeating, stops with the signal's reason when that aborts, and throws the errors in `errors.ts`.
 */
export interface HubSpotPortal {
  /** Calls made through this object. */
  readonly usage: CallUsage
  /** Null for a list that is unknown, deleted, or not a contact list. */
  getList(listId: string, signal?: AbortSignal): Promise<HubSpotList | null>
  /** Searches contact lists only; `count` is at most 500. */
  searchLists(
    input: { readonly query: string; readonly offset: number; readonly count: number },
    signal?: AbortSignal,
  ): Promise<{ lists: HubSpotList[]; total: number; hasMore: boolean }>
  listProperties(objectType: ObjectType, signal?: AbortSignal): Promise<HubSpotProperty[]>
  /**
   * Ids of a list's members, ascending; `limit` is at most 250. Throws HubSpotListNotFoundError if the list does not
   * exist.
   */
  membershipPage(
    listId: string,
    page: { readonly after: string | null; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<{ recordIds: bigint[]; next: string | null }>
  /**
   * The contacts among these (at most 100) that are members of a list. A contact that HubSpot does not know is not a
   * member. Throws HubSpotUnreadableError if HubSpot does not answer for a contact that it knows.
   */
  membersAmong(listId: string, contactIds: readonly bigint[], signal?: AbortSignal): Promise<Set<bigint>>
  /**
   * Reads at most 100 contacts, in any order. A contact that HubSpot says it does not know, or no longer knows, is
   * absent; a merged one is returned under its new id. A record that HubSpot sent in an unexpected shape, failed on, or
   * omitted silently is returned with `unreadable` set.
   */
  readContacts(ids: readonly bigint[], properties: readonly string[], signal?: AbortSignal): Promise<HubSpotRecord[]>
  /** Like {@link readContacts}. */
  readCompanies(ids: readonly bigint[], properties: readonly string[], signal?: AbortSignal): Promise<HubSpotRecord[]>
  /** Companies that are not archived, ascending by id; `limit` is at most 100. */
  companyPage(
    page: { readonly after: string | null; readonly limit: number },
    properties: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ records: HubSpotRecord[]; next: string | null }>
  /** Number of companies; null if HubSpot does not say. */
  countCompanies(signal?: AbortSignal): Promise<number | null>
  /**
   * The contacts of at most 1,000 companies, as HubSpot's answers return them: a company with many contacts comes in
   * several pieces, and a company without any is absent. A deleted company cannot be told from one without contacts.
   * Throws HubSpotUnreadableError if HubSpot does not say which contacts a company has.
   */
  contactsOfCompanies(
    companyIds: readonly bigint[],
    signal?: AbortSignal,
  ): AsyncIterable<{ readonly companyId: bigint; readonly contactIds: readonly bigint[] }>
  /** The companies of at most 1,000 contacts. A contact without any is absent. */
  companiesOfContacts(contactIds: readonly bigint[], signal?: AbortSignal): Promise<Map<bigint, CompaniesOfContact>>
  /** All owners, each once. Owners who left the portal are archived in HubSpot and keep their names. */
  listOwners(signal?: AbortSignal): Promise<HubSpotOwner[]>
  accountInfo(signal?: AbortSignal): Promise<AccountInfo>
}

/** What a portal is opened for. The calls of a request have a share of their own and wait for a few seconds at most. */
export type PortalUse = 'run' | 'request'

export interface CallUsage {
  /** Attempts of every call, including repeated ones. */
  readonly calls: number
  /** Attempts that repeated a failed one. */
  readonly repeats: number
}

export type ObjectType = 'contacts' | 'companies'

export interface HubSpotRecord {
  readonly hubspotId: bigint
  /** Null: known to HubSpot and empty. Missing: HubSpot has no such property. */
  readonly properties: Readonly<Record<string, string | null>>
  /** Why this record could not be read. Its properties are then empty and mean nothing. */
  readonly unreadable?: string
}

export interface CompanyOfContact {
  readonly companyId: bigint
  /** HubSpot's primary company of the contact. A contact has at most one. */
  readonly isPrimary: boolean
}

/** The companies, or why they are unknown. */
export type CompaniesOfContact = readonly CompanyOfContact[] | { readonly unreadable: string }

/** A user of the portal to whom records can be assigned. */
export interface HubSpotOwner {
  readonly id: string
  readonly email: string | null
  /** "First Last", or the email address of an owner without a name, or the id of an owner without either. */
  readonly name: string
}

export interface HubSpotList {
  readonly id: string
  readonly name: string
  /** Null if HubSpot has not counted yet. */
  readonly size: number | null
  readonly isDynamic: boolean
  /** True if HubSpot is still building the list, so members may be missing. */
  readonly isBuilding: boolean
}

export interface HubSpotProperty {
  readonly name: string
  readonly label: string
  readonly type: string
  readonly fieldType: string
  /** Options that have a label. */
  readonly options: readonly { readonly label: string; readonly value: string }[]
  /** `OWNER` if the values are owner ids. */
  readonly referencedObjectType: string | null
  readonly archived: boolean
}

export interface AccountInfo {
  readonly portalId: bigint
  /** Host of HubSpot's own pages for this portal, for example app-eu1.hubspot.com. */
  readonly uiDomain: string
  readonly dataHostingLocation: string
  readonly timeZone: string
}
