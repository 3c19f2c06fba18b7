import type { SyncContext } from '../sync-context.ts'

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
      status: { in: ['QUEUED', 'RUNNING'] },
      heartbeatAt: { lt: new Date(context.now().getTime() - staleAfterMs) },
    },
    select: { id: true, workspaceId: true, chunk: true },
  })
  for (const { id, workspaceId, chunk } of runs) await context.enqueueRun({ workspaceId, runId: id, chunk })
  return runs.length
}

/** Runs that waited for HubSpot to take calls again go on where they stand. */
async function endThrottles({ database, now }: SyncContext): Promise<void> {
  const at = now()
  await database.prisma.syncRun.updateMany({
    where: { status: 'THROTTLED', resumeAt: { lte: at } },
    // Long without a sign of life, so that it is enqueued at once.
    data: { status: 'QUEUED', resumeAt: null, chunk: { increment: 1 }, heartbeatAt: new Date(0) },
  })
}
