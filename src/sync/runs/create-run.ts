import type { Prisma, SyncRun } from '../../generated/prisma/client.ts'
import type { RunTrigger } from '../../generated/prisma/enums.ts'
import { takeSnapshot } from '../settings/snapshot.ts'
import type { SyncContext } from '../sync-context.ts'
import { announceRun } from './announce-run.ts'
import { insertRun, lockRuns } from './insert-run.ts'
import { openStatuses } from './run-states.ts'

/** Selects full runs that have not ended. Runs over single records and previews do not block them. */
export const underWay = {
  scope: 'ALL',
  status: { in: [...openStatuses] },
} satisfies Prisma.SyncRunWhereInput

export interface RunOrder {
  readonly workspaceId: string
  readonly trigger: RunTrigger
  /** Null if no person asked for it. */
  readonly triggeredById: string | null
  readonly at: Date
}

/**
 * Creates a full run with the current settings (B39), or finds the one in progress (B11). Call it within a transaction,
 * and `launchRun` after the commit. Throws SyncStateError before the first settings are saved.
 */
export async function createRun(
  tx: Prisma.TransactionClient,
  { workspaceId, trigger, triggeredById, at }: RunOrder,
): Promise<{ run: SyncRun; isNew: boolean }> {
  // If two servers start at the same time, the second one finds the first one's run (B11).
  await lockRuns(tx, workspaceId)
  const existing = await tx.syncRun.findFirst({ where: { workspaceId, ...underWay } })
  if (existing !== null) return { run: existing, isNew: false }
  const settings = await takeSnapshot(tx, workspaceId)
  return { run: await insertRun(tx, { workspaceId, kind: 'ALL', trigger, triggeredById, settings, at }), isNew: true }
}

/**
 * Enqueues a run and announces it. The run exists even if the queue cannot be reached: `recoverRuns` enqueues it when
 * the queue is available again.
 */
export async function launchRun(
  context: Pick<SyncContext, 'enqueueRun' | 'announcements' | 'log'>,
  { id: runId, workspaceId, chunk }: Pick<SyncRun, 'id' | 'workspaceId' | 'chunk'>,
): Promise<void> {
  try {
    await context.enqueueRun({ workspaceId, runId, chunk })
  } catch (error) {
    context.log.warn({ err: error, runId }, 'the run could not be enqueued yet')
  }
  await announceRun(context, workspaceId, runId)
}
