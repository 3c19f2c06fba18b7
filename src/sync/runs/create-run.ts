import type { Prisma, SyncRun } from '../../generated/prisma/client.ts'
import type { RunTrigger } from '../../generated/prisma/enums.ts'
import { takeSnapshot } from '../settings/snapshot.ts'
import type { SyncContext } from '../sync-context.ts'
import { announceRun } from './announce-run.ts'
import { insertRun, lockRuns } from './insert-run.ts'
import { openStatuses } from './run-states.ts'

/** Runs over everything; those over single records and previews go on beside them. */
export const underWay = {
  scope: 'ALL',
  status: { in: [...openStatuses] },
} satisfies Prisma.SyncRunWhereInput

export interface RunOrder {
  readonly workspaceId: string
  readonly trigger: RunTrigger
  /** Null for what nobody asked for in person. */
  readonly triggeredById: string | null
  readonly at: Date
}

/**
 * Creates a run over everything, with the settings as they are now (B39), or finds the one under way (B11). Within the
 * caller's transaction; `launchRun` follows its commit. Throws SyncStateError before the first settings are saved.
 */
export async function createRun(
  tx: Prisma.TransactionClient,
  { workspaceId, trigger, triggeredById, at }: RunOrder,
): Promise<{ run: SyncRun; isNew: boolean }> {
  // Of two servers that start at once, the second one finds the first one's run (B11).
  await lockRuns(tx, workspaceId)
  const existing = await tx.syncRun.findFirst({ where: { workspaceId, ...underWay } })
  if (existing !== null) return { run: existing, isNew: false }
  const settings = await takeSnapshot(tx, workspaceId)
  return { run: await insertRun(tx, { workspaceId, kind: 'ALL', trigger, triggeredById, settings, at }), isNew: true }
}

/**
 * Enqueues a run and tells listeners of it. The run exists whether or not the queue can be reached: `recoverRuns`
 * enqueues it when the queue is back.
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
