import { requireAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import { inTransaction } from '../database/database.ts'
import { NotConnectedError } from '../user-errors.ts'
import type { ConnectionContext } from './connection-context.ts'
import { type Connection, findConnection } from './find-connection.ts'
import { revokeQuietly } from './revoke-quietly.ts'

/**
 * Logs out of HubSpot. Portal, settings, mappings, and links are kept for the next log-in (B16). Throws ForbiddenError,
 * and NotConnectedError for a workspace that was never connected.
 */
export async function disconnect(context: ConnectionContext, viewer: Viewer): Promise<Connection> {
  requireAdmin(viewer)
  const { workspaceId } = viewer
  const refreshToken = await inTransaction(context.database.pool, async (client) => {
    // The lock waits for a refresh in progress. Otherwise the refreshed tokens would be written after this.
    const { rows } = await client.query<{ refreshToken: string | null }>(
      'SELECT refresh_token AS "refreshToken" FROM hubspot_connection WHERE workspace_id = $1 FOR UPDATE',
      [workspaceId],
    )
    await client.query(
      `UPDATE hubspot_connection SET status = 'DISCONNECTED', access_token = NULL, refresh_token = NULL,
         access_token_expires_at = NULL, access_token_renew_at = NULL WHERE workspace_id = $1`,
      [workspaceId],
    )
    return rows[0]?.refreshToken ?? null
  })
  if (refreshToken !== null) await revokeQuietly(context, context.encryption.decrypt(refreshToken, workspaceId))
  const connection = await findConnection(context, workspaceId)
  if (connection === null) throw new NotConnectedError('HubSpot is not connected.')
  return connection
}
