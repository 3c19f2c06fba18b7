import type { HubSpotPortal, PortalUse } from '../hubspot/portal.ts'
import { NotConnectedError } from '../user-errors.ts'
import type { ConnectionContext } from './connection-context.ts'
import { findConnection } from './find-connection.ts'
import { StoredTokens } from './stored-tokens.ts'

/**
 * Opens the portal that the workspace is connected to. It renews its access by itself. If HubSpot rejects that, or a
 * scope is missing, the connection becomes NEEDS_RECONNECT, and the call throws HubSpotUnauthorisedError or
 * HubSpotMissingScopesError (B17, B18). Throws NotConnectedError if there is no log-in (B15).
 */
export async function openPortal(
  context: ConnectionContext,
  workspaceId: string,
  use: PortalUse = 'run',
): Promise<HubSpotPortal> {
  const connection = await findConnection(context, workspaceId)
  if (connection?.status !== 'CONNECTED') {
    const isRefused = connection?.status === 'NEEDS_RECONNECT'
    throw new NotConnectedError(
      isRefused
        ? 'HubSpot rejects the stored log-in. Log in to HubSpot again with connectHubSpot.'
        : 'HubSpot is not connected. Log in to HubSpot with connectHubSpot.',
    )
  }
  const usage = { calls: 0, repeats: 0 }
  const tokens = new StoredTokens(context, workspaceId, usage)
  return context.hubspot.portal(connection.portalId, tokens, {
    timeZone: connection.timeZone,
    usage,
    requestOf: use === 'request' ? workspaceId : undefined,
  })
}
