import { restartRefusedRuns } from '../sync/runs/restart-refused-runs.ts'
import { type ScheduleContext, startDueRuns } from '../sync/runs/start-due-runs.ts'
import { tickJob } from './definitions.ts'
import type { JobImplementation } from './worker.ts'

/** Starts the runs that are due or owed, and calls `ticked`. Ticks may overlap and may be missed. */
export function implementTick(
  context: ScheduleContext,
  ticked: () => void = () => {},
): JobImplementation<Record<string, never>> {
  return {
    job: tickJob,
    run: async () => {
      ticked()
      const started = (await startDueRuns(context)) + (await restartRefusedRuns(context))
      if (started > 0) context.log.info({ started }, 'automatic runs started')
    },
  }
}
