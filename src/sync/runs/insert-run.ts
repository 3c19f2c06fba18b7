import { newId } from '../../database/new-id.ts'
import type { Prisma, SyncRun } from '../../generated/prisma/client.ts'
import type { ObjectType, RunScope, RunTrigger } from '../../generated/prisma/enums.ts'
import { NotFoundError } from '../../user-errors.ts'
import type { SettingsSnapshot } from '../settings/snapshot.ts'

/** What a new run covers, and who asked for it. */
export interface NewRun {
  readonly workspaceId: string
  readonly kind: RunScope
  readonly trigger: RunTrigger
  /** Null if no person asked for it. */
  readonly triggeredById: string | null
  /** The current settings. The run keeps them (B39). */
  readonly settings: SettingsSnapshot
  /** The type of records in a run over single records. Any other run covers every type that is turned on. */
  readonly objectType?: ObjectType
  readonly at: Date
}

/**
 * Makes callers that create runs of the same workspace take turns, until the end of their transaction. Throws NotFoundError
 * if the workspace was deleted, or is being deleted.
 */
export async function lockRuns(tx: Prisma.TransactionClient, workspaceId: string): Promise<void> {
  const rows = await tx.$queryRaw<{ isDeleted: boolean }[]>`
    SELECT deletion_started_at IS NOT NULL AS "isDeleted" FROM workspace WHERE id = ${workspaceId}::uuid FOR UPDATE`
  if (rows[0]?.isDeleted !== false) throw new NotFoundError('This workspace was deleted.')
}

/**
 * Stores a run with the status QUEUED. Call `launchRun` after the commit. Hold {@link lockRuns}, and check for a run to
 * join first.
 */
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
