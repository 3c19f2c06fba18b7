import { HubSpotError } from '../hubspot/errors.ts'
import type { ConnectionContext } from './connection-context.ts'

/** Revokes a refresh token at HubSpot if possible. Nobody holds the token any more, so a failure does not matter. */
export async function revokeQuietly({ hubspot }: ConnectionContext, refreshToken: string): Promise<void> {
  try {
    await hubspot.oauth.revoke(refreshToken)
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error
  }
}
