import type { ObjectType } from '../../generated/prisma/enums.ts'
import { SyncStateError } from '../../user-errors.ts'
import { requireConnection, requireStartable } from '../runs/control-run.ts'

/**
 * Tells which types of records are being synced. Throws NotConnectedError, and SyncStateError if none is: the sync is
 * paused, not set up, or was never started.
 */
export async function requireActive(
  context: Parameters<typeof requireConnection>[0],
  workspaceId: string,
): Promise<Readonly<Record<ObjectType, boolean>>> {
  await requireConnection(context, workspaceId)
  await requireStartable(context, workspaceId)
  const settings = await context.database.prisma.syncSettings.findUniqueOrThrow({ where: { workspaceId } })
  if (settings.activatedAt === null) {
    throw new SyncStateError('The sync has not been started yet. Start it with startSync.')
  }
  return { CONTACT: settings.contactsEnabled, ACCOUNT: settings.accountsEnabled }
}
