import type { ApiVersion } from '../config/environment.ts'
import type { ObjectType } from './portal.ts'

/** Every path of HubSpot that this project calls. */
export interface HubSpotPaths {
  readonly accountInfo: string
  readonly token: string
  readonly introspectToken: string
  readonly revokeToken: string
  readonly searchLists: string
  list(listId: string): string
  memberships(listId: string, page: { readonly after: string | null; readonly limit: number }): string
  properties(objectType: ObjectType): string
  batchRead(objectType: ObjectType): string
}

/** HubSpot's dated versions put the date behind the API's name, the older family its number before it. */
export function hubspotPaths(version: ApiVersion): HubSpotPaths {
  const isDated = version !== 'v3'
  const crm = (api: string) => (isDated ? `/crm/${api}/${version}` : `/crm/v3/${api}`)
  const token = `/oauth/${version}/token`
  const lists = crm('lists')
  return {
    // Of the dated versions, this API is published in the first alone; each is served for 18 months at least.
    accountInfo: `/account-info/${isDated ? '2026-03' : version}/details`,
    token,
    introspectToken: `${token}/introspect`,
    revokeToken: `${token}/revoke`,
    searchLists: `${lists}/search`,
    list: (listId) => `${lists}/${encodeURIComponent(listId)}`,
    memberships: (listId, page) => `${lists}/${encodeURIComponent(listId)}/memberships?${pageQuery(page)}`,
    properties: (objectType) => `${crm('properties')}/${objectType}?archived=false`,
    batchRead: (objectType) => `${crm('objects')}/${objectType}/batch/read?archived=false`,
  }
}

function pageQuery({ after, limit }: { readonly after: string | null; readonly limit: number }): string {
  return new URLSearchParams({ limit: String(limit), ...(after !== null && { after }) }).toString()
}
