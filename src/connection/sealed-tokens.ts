import type { TokenGrant } from '../hubspot/oauth.ts'
import type { ConnectionContext } from './connection-context.ts'

export interface SealedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: Date
}

/** A grant in the form that the database may hold. */
export function sealGrant(
  { encryption, now }: ConnectionContext,
  workspaceId: string,
  { accessToken, refreshToken, expiresInSeconds }: TokenGrant,
): SealedTokens {
  return {
    accessToken: encryption.encrypt(accessToken, workspaceId),
    refreshToken: encryption.encrypt(refreshToken, workspaceId),
    expiresAt: new Date(now().getTime() + expiresInSeconds * 1_000),
  }
}
