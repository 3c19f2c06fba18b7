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
export function findConnection(
  { database }: Pick<ConnectionContext, 'database'>,
  workspaceId: string,
): Promise<Connection | null> {
  return database.prisma.hubSpotConnection.findUnique({
    where: { workspaceId },
    omit: { accessToken: true, refreshToken: true, accessTokenExpiresAt: true, accessTokenRenewAt: true },
  })
}
