import type { SyncContext } from '../sync-context.ts'

/**
 * Announces that a run has moved. Call it after the commit. If the broker is unavailable, listeners only notice later,
 * since they also check by themselves; the failure is logged and the run continues.
 */
export async function announceRun(
  context: Pick<SyncContext, 'announcements' | 'log'>,
  workspaceId: string,
  runId: string,
): Promise<void> {
  try {
    await context.announcements.publish('run-progressed', workspaceId, { runId })
  } catch (error) {
    context.log.warn({ err: error, runId }, 'progress could not be announced')
  }
}
