import { newId } from '../../database/new-id.ts'
import type { Prisma, SyncRun } from '../../generated/prisma/client.ts'
import type { ObjectType, RunScope, RunTrigger } from '../../generated/prisma/enums.ts'
import type { SettingsSnapshot } from '../settings/snapshot.ts'

/** What a new run is about, and who asked for it. */
export interface NewRun {
  readonly workspaceId: string
  readonly kind: RunScope
  readonly trigger: RunTrigger
  /** Null where no person asked for it. */
  readonly triggeredById: string | null
  /** As they are now; the run keeps them (B39). */
  readonly settings: SettingsSnapshot
  /** What a run over single records is about; any other run is about everything that is switched on. */
  readonly objectType?: ObjectType
  readonly at: Date
}

/** Has callers that create runs of a workspace at once take turns, until the end of their transaction. */
export async function lockRuns(tx: Prisma.TransactionClient, workspaceId: string): Promise<void> {
  await tx.$executeRaw`SELECT FROM workspace WHERE id = ${workspaceId}::uuid FOR UPDATE`
}

/** Writes a run down, QUEUED; `launchRun` follows the commit. Hold {@link lockRuns}, and look for one to join first. */
export function insertRun(
  tx: Prisma.TransactionClient,
  { workspaceId, kind, trigger, triggeredById, settings, objectType, at }: NewRun,
): Promise<SyncRun> {
  const { contactsEnabled, accountsEnabled } = settings
  return tx.syncRun.create({
    data: {
      id: newId(),
      workspaceId,
      scope: kind,
      objectType: objectType ?? (contactsEnabled ? 'CONTACT' : 'ACCOUNT'),
      withAccounts: objectType === undefined && accountsEnabled && contactsEnabled,
      trigger,
      triggeredById,
      settingsVersion: settings.version,
      settings: settings as unknown as Prisma.InputJsonObject,
      heartbeatAt: at,
      createdAt: at,
    },
  })
}
