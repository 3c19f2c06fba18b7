import type { TokenGrant } from '../hubspot/oauth.ts'
import type { ConnectionContext } from './connection-context.ts'

export interface SealedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: Date
  /** From this time on, a new token is requested, because pages and retries of a call take time. */
  readonly renewAt: Date
}

const MINUTE = 60_000
/** HubSpot's tokens live for half an hour. If a token lives for less, its last sixth is left unused. */
const leastTimeLeftMs = 5 * MINUTE

/** A grant in the form in which the database stores it. */
export function sealGrant(
  { encryption, now }: ConnectionContext,
  workspaceId: string,
  { accessToken, refreshToken, expiresInSeconds }: TokenGrant,
): SealedTokens {
  const lifeMs = expiresInSeconds * 1_000
  const expiresAt = now().getTime() + lifeMs
  return {
    accessToken: encryption.encrypt(accessToken, workspaceId),
    refreshToken: encryption.encrypt(refreshToken, workspaceId),
    expiresAt: new Date(expiresAt),
    renewAt: new Date(expiresAt - Math.min(leastTimeLeftMs, lifeMs / 6)),
  }
}
