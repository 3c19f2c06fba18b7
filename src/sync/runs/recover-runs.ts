import type { SyncContext } from '../sync-context.ts'
import { nextChunk, transitionAll, workableStatuses } from './run-states.ts'

/** A run under way without a sign of life for this long has lost its job or its worker. */
const staleAfterMs = 15_000

/**
 * Enqueues every run under way that nobody seems to work on: its worker was killed, its job was lost with the queue's
 * data, or the API could not reach the queue. Harmless when wrong, since a chunk is enqueued once and worked on under a
 * lease. Returns how many it enqueued.
 */
export async function recoverRuns(context: SyncContext): Promise<number> {
  await endThrottles(context)
  const runs = await context.database.prisma.syncRun.findMany({
    where: {
      status: { in: [...workableStatuses] },
      heartbeatAt: { lt: new Date(context.now().getTime() - staleAfterMs) },
    },
    select: { id: true, workspaceId: true, chunk: true },
  })
  for (const { id, workspaceId, chunk } of runs) await context.enqueueRun({ workspaceId, runId: id, chunk })
  if (runs.length > 0) context.log.warn({ recovered: runs.length }, 'abandoned runs were enqueued again')
  return runs.length
}

/** Has runs that waited for HubSpot go on where they stand. */
async function endThrottles({ database, now }: SyncContext): Promise<void> {
  await transitionAll(database.pool, { sql: 'resume_at <= $1', values: [now()] }, ['THROTTLED'], 'QUEUED', {
    chunk: nextChunk,
    resume_at: null,
    // Long without a sign of life, so that it is enqueued at once.
    heartbeat_at: new Date(0),
  })
}
