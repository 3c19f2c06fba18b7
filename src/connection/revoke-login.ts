import { inTransaction, type Queryable } from '../database/database.ts'
import { UnknownKeyError, UnreadableBoxError } from '../encryption/encryption.ts'
import { HubSpotError } from '../hubspot/errors.ts'
import type { ConnectionContext } from './connection-context.ts'

/** `NONE`: there was no log-in. `FAILED`: HubSpot may still accept the token, for the given reason. */
export type LoginRevocation =
  | { readonly outcome: 'REVOKED' | 'NONE' }
  | { readonly outcome: 'FAILED'; readonly reason: string }

interface Revoker extends Pick<ConnectionContext, 'encryption'> {
  readonly hubspot: Pick<ConnectionContext['hubspot'], 'oauth'>
}

/**
 * Revokes the workspace's token at HubSpot if possible, and then forgets it. In this order, a process that dies in between
 * leaves a token that the next attempt revokes. Without a `revoker`, the token is only forgotten; `why` says why there is
 * none.
 */
export async function revokeLogin(
  { database }: Pick<ConnectionContext, 'database'>,
  revoker: Revoker | { readonly why: string },
  workspaceId: string,
): Promise<LoginRevocation> {
  const revoke = async (client: Queryable): Promise<LoginRevocation> => {
    // The lock waits for a refresh in progress. Otherwise the refreshed tokens would be written after this.
    const { rows } = await client.query<{ refreshToken: string | null }>(
      'SELECT refresh_token AS "refreshToken" FROM hubspot_connection WHERE workspace_id = $1 FOR UPDATE',
      [workspaceId],
    )
    const refreshToken = rows[0]?.refreshToken ?? null
    if (refreshToken === null) return { outcome: 'NONE' }
    const revocation = await tryToRevoke(revoker, refreshToken, workspaceId)
    await client.query(
      `UPDATE hubspot_connection SET status = 'DISCONNECTED', access_token = NULL, refresh_token = NULL,
         access_token_expires_at = NULL, access_token_renew_at = NULL WHERE workspace_id = $1`,
      [workspaceId],
    )
    return revocation
  }
  return inTransaction(database.pool, revoke, { isSlow: true })
}

async function tryToRevoke(
  revoker: Revoker | { readonly why: string },
  refreshToken: string,
  workspaceId: string,
): Promise<LoginRevocation> {
  if ('why' in revoker) return { outcome: 'FAILED', reason: revoker.why }
  try {
    await revoker.hubspot.oauth.revoke(revoker.encryption.decrypt(refreshToken, workspaceId))
    return { outcome: 'REVOKED' }
  } catch (error) {
    if (error instanceof HubSpotError || error instanceof UnknownKeyError || error instanceof UnreadableBoxError) {
      return { outcome: 'FAILED', reason: error.message }
    }
    throw error
  }
}
