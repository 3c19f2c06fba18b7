import type { Prisma, SyncSettings } from '../../generated/prisma/client.ts'

/** The workspace's settings. Settings that were never saved have version 0, and everything is turned off. */
export async function getSyncSettings(prisma: Prisma.TransactionClient, workspaceId: string): Promise<SyncSettings> {
  return (await prisma.syncSettings.findUnique({ where: { workspaceId } })) ?? unsavedSettings(workspaceId)
}

function unsavedSettings(workspaceId: string): SyncSettings {
  return {
    workspaceId,
    version: 0,
    contactsEnabled: false,
    accountsEnabled: false,
    contactSource: null,
    listId: null,
    defaultPhoneRegion: 'US',
    departureLimitPercent: 20,
    liveUpdates: 'OFF',
    isPaused: false,
    activatedAt: null,
    nextRunAt: null,
    lastTouchedById: null,
    updatedAt: new Date(0),
  }
}
