import { inTransaction } from '../../database/database.ts'
import { advanceRun } from '../engine/advance-run.ts'
import { announceRun } from '../runs/announce-run.ts'
import { keepPreview, mirrorPreview, resetPreviewCopy } from '../runs/preview-run.ts'
import { type Run, takeUpRun } from '../runs/run.ts'
import { RunTakenError } from '../runs/run-states.ts'
import type { SyncContext } from '../sync-context.ts'
import { Samples } from './collect-samples.ts'
import { type PreviewReport, reportPreview } from './preview-report.ts'
import { type StoreCopy, withStoreCopy } from './store-copy.ts'

/**
 * Goes through a whole run over copies of the store, with the same code as any other run, and stores the result. A
 * preview has no checkpoint, so an interrupted preview starts over. Returns whether it ended. Throws {@link
 * RunTakenError} if it was cancelled or paused.
 */
export async function runPreview(context: SyncContext, run: Run, stop: AbortSignal): Promise<boolean> {
  return withStoreCopy(context.database, run, async (copy) => {
    const taken = new AbortController()
    const samples = new Samples()
    const inCopy: SyncContext = {
      ...context,
      database: { ...context.database, pool: copy.pool },
      tuning: { ...context.tuning, chunkMs: Number.POSITIVE_INFINITY },
      announcements: {
        ...context.announcements,
        // Only the progress of the preview is real; everything else that it announces has not happened.
        publish: async (topic) => {
          if (topic !== 'run-progressed') return
          if (await mirrorPreview(context.database.pool, copy.pool, run, context.now()))
            await announceRun(context, run.workspaceId, run.id)
          else taken.abort()
        },
      },
    }
    const copied = await startOver(copy, run, context.now())
    const isDone = await advanceRun(inCopy, copied, AbortSignal.any([stop, taken.signal]), samples.observe).catch(
      (error) => {
        if (taken.signal.aborted) return false
        throw error
      },
    )
    if (taken.signal.aborted) throw new RunTakenError(`the preview ${run.id} is no longer to be worked on`)
    if (!isDone) return false
    await keepResult(context, copy, run, await reportPreview(copy, run, samples))
    return true
  })
}

/** Resets the copied run to its beginning, however far an earlier attempt had come. */
async function startOver({ pool }: StoreCopy, run: Run, at: Date): Promise<Run> {
  await resetPreviewCopy(pool, run)
  const copied = await takeUpRun(pool, { workspaceId: run.workspaceId, runId: run.id }, run.fence, at)
  if (copied === null) throw new Error(`the copy of the preview ${run.id} could not be taken up`)
  return copied
}

async function keepResult(context: SyncContext, { pool }: StoreCopy, run: Run, report: PreviewReport): Promise<void> {
  await inTransaction(context.database.pool, (client) => keepPreview(client, pool, run, report, context.now()))
  await announceRun(context, run.workspaceId, run.id)
}
