import { type ScheduleContext, startDueRuns } from '../sync/schedule/start-due-runs.ts'
import { tickJob } from './definitions.ts'
import type { JobImplementation } from './worker.ts'

/** Does what is due. Ticks may overlap and may be missed. */
export function implementTick(context: ScheduleContext): JobImplementation<Record<string, never>> {
  return {
    job: tickJob,
    run: async () => {
      const started = await startDueRuns(context)
      if (started > 0) context.log.info({ started }, 'automatic runs started')
    },
  }
}
