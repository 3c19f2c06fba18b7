import { restartRefusedRuns } from './restart-refused-runs.ts'
import { type ScheduleContext, startDueRuns } from './start-due-runs.ts'

/**
 * Starts runs that are due (B9) or owed after a log-in (B17). Any number of workers may call it at the same time (B13).
 */
export async function startAutomaticRuns(context: ScheduleContext): Promise<number> {
  const started = (await startDueRuns(context)) + (await restartRefusedRuns(context))
  if (started > 0) context.log.info({ started }, 'automatic runs started')
  return started
}
