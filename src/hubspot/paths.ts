import type { ApiVersion } from '../config/environment.ts'
import type { ObjectType } from './portal.ts'

/** Every HubSpot path that this project calls. */
export interface HubSpotPaths {
  readonly accountInfo: string
  /** A page for people, on HubSpot's app and not on its API. */
  readonly authorize: string
  readonly token: string
  readonly introspectToken: string
  readonly revokeToken: string
  readonly searchLists: string
  owners(page: Page & { readonly archived: boolean }): string
  list(listId: string): string
  memberships(listId: string, page: Page): string
  readonly membershipsOfRecords: string
  properties(objectType: ObjectType): string
  /** A page of records with these properties. Many properties make a URL longer than HubSpot accepts. */
  records(objectType: ObjectType, page: Page, properties: readonly string[]): string
  batchRead(objectType: ObjectType): string
  search(objectType: ObjectType): string
  associations(from: ObjectType, to: ObjectType): string
  readonly journalSubscriptions: string
  readonly earliestJournalEntry: string
  readonly latestJournalEntry: string
  journalEntryBehind(offset: string): string
}

interface Page {
  readonly after: string | null
  readonly limit: number
}

/** HubSpot's dated versions have the date after the name of the API. The older family has its number before it. */
export function hubspotPaths(version: ApiVersion): HubSpotPaths {
  const isDated = version !== 'v3'
  const crm = (api: string) => (isDated ? `/crm/${api}/${version}` : `/crm/v3/${api}`)
  const token = `/oauth/${version}/token`
  const lists = crm('lists')
  const objects = crm('objects')
  const associations = isDated ? crm('associations') : '/crm/v4/associations'
  // The journal is published in this version only.
  const journal = '/webhooks-journal/journal/2026-03'
  return {
    // Among the dated versions, this API is published only in the first. Each version is served for at least 18 months.
    accountInfo: `/account-info/${isDated ? '2026-03' : version}/details`,
    authorize: '/oauth/authorize',
    token,
    introspectToken: `${token}/introspect`,
    revokeToken: `${token}/revoke`,
    searchLists: `${lists}/search`,
    owners: ({ archived, ...page }) => `${crm('owners')}?${pageQuery(page)}&archived=${archived}`,
    list: (listId) => `${lists}/${encodeURIComponent(listId)}`,
    memberships: (listId, page) => `${lists}/${encodeURIComponent(listId)}/memberships?${pageQuery(page)}`,
    membershipsOfRecords: `${lists}/records/memberships/batch/read`,
    properties: (objectType) => `${crm('properties')}/${objectType}?archived=false`,
    records: (objectType, page, properties) => {
      const names = properties.map((name) => `&properties=${encodeURIComponent(name)}`).join('')
      return `${objects}/${objectType}?${pageQuery(page)}&archived=false${names}`
    },
    batchRead: (objectType) => `${objects}/${objectType}/batch/read?archived=false`,
    search: (objectType) => `${objects}/${objectType}/search`,
    associations: (from, to) => `${associations}/${from}/${to}/batch/read`,
    journalSubscriptions: '/webhooks-journal/subscriptions/2026-03',
    earliestJournalEntry: `${journal}/earliest`,
    latestJournalEntry: `${journal}/latest`,
    journalEntryBehind: (offset) => `${journal}/offset/${encodeURIComponent(offset)}/next`,
  }
}

function pageQuery({ after, limit }: Page): string {
  return new URLSearchParams({ limit: String(limit), ...(after !== null && { after }) }).toString()
}
