import type { SyncContext } from '../sync-context.ts'

/**
 * Tells listeners that a run has moved; call it after the change is committed. A broker that is away costs promptness
 * only, since listeners also look by themselves, so the failure is logged and the run goes on.
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
