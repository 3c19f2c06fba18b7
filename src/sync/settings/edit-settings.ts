import type { Viewer } from '../../auth/viewer.ts'
import type { Database } from '../../database/database.ts'
import type { Prisma, SyncSettings } from '../../generated/prisma/client.ts'

export type SettingsChange = Omit<Prisma.SyncSettingsUncheckedUpdateInput, 'workspaceId' | 'version' | 'mappings'>

/**
 * Edits the settings in one transaction, with their row locked: edits of two admins take turns, so each is checked
 * against what it will really change. Each edit creates a new version (B39) and starts nothing (B37).
 */
export async function editSettings(
  database: Database,
  viewer: Viewer,
  edit: (current: SyncSettings, prisma: Prisma.TransactionClient) => Promise<SettingsChange>,
): Promise<SyncSettings> {
  const { workspaceId } = viewer
  return database.prisma.$transaction(async (prisma) => {
    await prisma.$executeRaw`
      INSERT INTO sync_settings (workspace_id, version) VALUES (${workspaceId}::uuid, 0) ON CONFLICT DO NOTHING`
    await prisma.$executeRaw`SELECT FROM sync_settings WHERE workspace_id = ${workspaceId}::uuid FOR UPDATE`
    const current = await prisma.syncSettings.findUniqueOrThrow({ where: { workspaceId } })
    const change = await edit(current, prisma)
    return prisma.syncSettings.update({
      where: { workspaceId },
      data: { ...change, version: { increment: 1 }, lastTouchedById: viewer.userId },
    })
  })
}
