import { HubSpotError } from '../hubspot/errors.ts'
import type { ConnectionContext } from './connection-context.ts'

/**
 * Ends a refresh token at HubSpot if that can be had. Nobody holds the token any more, so what HubSpot still thinks of it
 * is no reason to fail.
 */
export async function revokeQuietly({ hubspot }: ConnectionContext, refreshToken: string): Promise<void> {
  try {
    await hubspot.oauth.revoke(refreshToken)
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error
  }
}
