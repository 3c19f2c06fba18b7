import type { SyncContext } from '../sync-context.ts'
import { type MovedRun, nextChunk, transitionAll, workableStatuses } from './run-states.ts'

/** An open run without a sign of life for this long has lost its job or its worker. */
const staleAfterMs = 15_000

/**
 * Enqueues every open run that nobody seems to work on: its worker was killed, its job was lost with the queue's data,
 * or the API could not reach the queue. A mistake does no harm, since a chunk is enqueued once and processed under a
 * lease. Returns the number of runs that it enqueued.
 */
export async function recoverRuns(context: SyncContext): Promise<number> {
  await endThrottles(context)
  // Without Prisma, whose query compiler takes 20 MB that a worker without work does not need.
  const { rows: runs } = await context.database.pool.query<MovedRun>(
    `SELECT id, workspace_id AS "workspaceId", chunk FROM sync_run
     WHERE status = ANY ($1::run_status[]) AND heartbeat_at < $2`,
    [[...workableStatuses], new Date(context.now().getTime() - staleAfterMs)],
  )
  for (const { id, workspaceId, chunk } of runs) await context.enqueueRun({ workspaceId, runId: id, chunk })
  if (runs.length > 0) context.log.warn({ recovered: runs.length }, 'abandoned runs were enqueued again')
  return runs.length
}

/** Lets runs that waited for HubSpot continue at their checkpoint. */
async function endThrottles({ database, now }: SyncContext): Promise<void> {
  await transitionAll(database.pool, { sql: 'resume_at <= $1', values: [now()] }, ['THROTTLED'], 'QUEUED', {
    chunk: nextChunk,
    resume_at: null,
    // Without a recent sign of life, the run is enqueued immediately.
    heartbeat_at: new Date(0),
  })
}
