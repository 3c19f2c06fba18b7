/** How a portal starts; everything has a default. */
export interface PortalOptions {
  hubId?: number
  /** Same seed and sizes: the same records, byte for byte. */
  seed?: number
  contacts?: number
  companies?: number
  /** Starts without records and lists, whatever `contacts` and `companies` say. */
  empty?: boolean
  /** Calls per 10 s and app, search excluded; null switches the limiter off. */
  rateLimit?: number | null
  /** In the place of those 10 s, for tests that have no time. */
  rateIntervalMs?: number
  /** Calls of the association endpoints per 10 s; null switches that limiter off. */
  associationRateLimit?: number | null
  /** Calls per day in the portal's time zone; null for none. */
  dailyLimit?: number | null
  searchPerSecond?: number | null
  /** Every API answer takes between these milliseconds. */
  latencyMs?: readonly [min: number, max: number] | null
  uiDomain?: string
  timeZone?: string
  /** What the customer lets the app have; tokens hold no more than this. */
  scopes?: readonly string[]
  /** What a deleted list answers when its members are asked for: real portals have been seen to differ. */
  deletedListMemberships?: 'not-found' | 'empty'
  /** Contacts (or companies) per record in one association answer. */
  associationPageSize?: number
  /** How pages say where the next one begins: as documented, as a number, in the link alone, or not understandably. */
  cursors?: CursorShape
  /** Each page begins with the last record of the one before it. */
  repeatsAtBorders?: boolean
  /** Records that a batch/read leaves out without a word. */
  omittedIds?: readonly string[]
  /** Records that a batch/read fails on, with an error that does not say on which. */
  failingIds?: readonly string[]
  /** Calls whose path holds one of these are answered 404. */
  missingPaths?: readonly string[]
}

export type CursorShape = 'documented' | 'number' | 'link-only' | 'unreadable'

export type PortalSettings = Required<Omit<PortalOptions, 'hubId' | 'seed' | 'contacts' | 'companies' | 'empty'>>

export const ALL_SCOPES: readonly string[] = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.companies.read',
  'crm.lists.read',
  'crm.schemas.contacts.read',
  'crm.schemas.companies.read',
  'crm.objects.owners.read',
]

export const DEFAULT_SETTINGS: PortalSettings = {
  rateLimit: 110,
  rateIntervalMs: 10_000,
  associationRateLimit: 150,
  dailyLimit: null,
  searchPerSecond: 5,
  latencyMs: null,
  uiDomain: 'app.hubspot.com',
  timeZone: 'US/Eastern',
  scopes: ALL_SCOPES,
  deletedListMemberships: 'not-found',
  associationPageSize: 500,
  cursors: 'documented',
  repeatsAtBorders: false,
  omittedIds: [],
  failingIds: [],
  missingPaths: [],
}

/** The defaults with what was given laid over them; an undefined value counts as not given. */
export const withGiven = <T extends object>(defaults: T, given: Partial<T>): T => {
  const known = Object.keys(defaults)
  const said = Object.entries(given).filter(([name, value]) => known.includes(name) && value !== undefined)
  return { ...defaults, ...Object.fromEntries(said) }
}
