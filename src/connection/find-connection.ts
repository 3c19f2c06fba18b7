import { prepared } from '../database/database.ts'
import type { HubSpotConnection } from '../generated/prisma/client.ts'
import type { ConnectionContext } from './connection-context.ts'

/** A workspace's connection without its secrets. */
export type Connection = Omit<
  HubSpotConnection,
  'accessToken' | 'refreshToken' | 'accessTokenExpiresAt' | 'accessTokenRenewAt'
>

/**
 * Null for a workspace that was never connected. A workspace that logged out has a connection with the status
 * DISCONNECTED.
 */
export async function findConnection(
  { database }: Pick<ConnectionContext, 'database'>,
  workspaceId: string,
): Promise<Connection | null> {
  const { rows } = await database.pool.query<Connection>(
    prepared(
      `SELECT workspace_id AS "workspaceId", status, portal_id AS "portalId", hub_domain AS "hubDomain",
         ui_domain AS "uiDomain", data_hosting_location AS "dataHostingLocation", time_zone AS "timeZone", scopes,
         connected_by_id AS "connectedById", connected_at AS "connectedAt"
       FROM hubspot_connection WHERE workspace_id = $1`,
      [workspaceId],
    ),
  )
  return rows[0] ?? null
}
