import type { RunChunk, SyncContext } from '../sync/sync-context.ts'
import { workOnRun } from '../sync/work-on-run.ts'
import { workOnRunJob } from './definitions.ts'
import type { JobImplementation } from './worker.ts'

/** Works on a chunk of a run and enqueues the next one. `stopped` is called if there is none. */
export function implementWorkOnRun(context: SyncContext, stopped: () => void = () => {}): JobImplementation<RunChunk> {
  return {
    job: workOnRunJob,
    run: async ({ workspaceId, runId }, stop) => {
      const outcome = await workOnRun(context, { workspaceId, runId }, stop)
      if (outcome !== 'more') return stopped()
      const { chunk } = await context.database.prisma.syncRun.findUniqueOrThrow({
        where: { id: runId, workspaceId },
        select: { chunk: true },
      })
      await context.enqueueRun({ workspaceId, runId, chunk })
    },
  }
}
