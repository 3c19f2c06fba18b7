/** The initial settings of a portal. All of them have defaults. */
export interface PortalOptions {
  hubId?: number
  /** The same seed and sizes lead to the same records, byte for byte. */
  seed?: number
  contacts?: number
  companies?: number
  /** Starts without records and lists, whatever `contacts` and `companies` say. */
  empty?: boolean
  /** Calls per 10 seconds and app, except searches; null turns the limiter off. */
  rateLimit?: number | null
  /** Replaces those 10 seconds, for tests that must be quick. */
  rateIntervalMs?: number
  /** Calls of the association endpoints per 10 seconds; null turns that limiter off. */
  associationRateLimit?: number | null
  /** Calls per day in the portal's time zone; null for no limit. */
  dailyLimit?: number | null
  searchPerSecond?: number | null
  /** Range of the duration of every API answer, in milliseconds. */
  latencyMs?: readonly [min: number, max: number] | null
  uiDomain?: string
  timeZone?: string
  /** The scopes that the customer grants the app. Tokens have no others. */
  scopes?: readonly string[]
  /** What a deleted list answers when its members are requested: real portals have been seen to differ. */
  deletedListMemberships?: 'not-found' | 'empty'
  /** Contacts (or companies) per record in one association answer. */
  associationPageSize?: number
  /** How pages say where the next one begins: as documented, as a number, only in the link, or not understandably. */
  cursors?: CursorShape
  /** Each page begins with the last record of the previous one. */
  repeatsAtBorders?: boolean
  /** Records that a batch/read omits silently. */
  omittedIds?: readonly string[]
  /** Records that a batch/read fails on, with an error that does not say which. */
  failingIds?: readonly string[]
  /** Calls whose path contains one of these are answered with 404. */
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

/** The defaults, overridden by the given values. An undefined value counts as not given. */
export const withGiven = <T extends object>(defaults: T, given: Partial<T>): T => {
  const known = Object.keys(defaults)
  const said = Object.entries(given).filter(([name, value]) => known.includes(name) && value !== undefined)
  return { ...defaults, ...Object.fromEntries(said) }
}
