import type { Queryable } from '../../database/database.ts'
import { advanceRun } from '../engine/advance-run.ts'
import { announceRun } from '../runs/announce-run.ts'
import { type Run, RunTakenError, takeUpRun } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'
import { Samples } from './collect-samples.ts'
import { type PreviewReport, reportPreview } from './preview-report.ts'
import { type StoreCopy, withStoreCopy } from './store-copy.ts'

/**
 * Works through a whole run over copies of the store, by the same code as any other run, and keeps what came of it. A
 * preview has no checkpoint: one that is cut off begins anew. Returns whether it ended. Throws {@link RunTakenError} when
 * it was cancelled or paused.
 */
export async function runPreview(context: SyncContext, run: Run, stop: AbortSignal): Promise<boolean> {
  return withStoreCopy(context.database, run, async (copy) => {
    const taken = new AbortController()
    const samples = new Samples()
    const inCopy: SyncContext = {
      ...context,
      database: { ...context.database, pool: copy.pool },
      tuning: { ...context.tuning, chunkMs: Number.POSITIVE_INFINITY },
      observe: samples.observe,
      announcements: {
        ...context.announcements,
        // A page of the preview is done; nothing else of what it says has happened.
        publish: async (topic) => {
          if (topic !== 'run-progressed') return
          if (await mirrorProgress(context, copy, run)) await announceRun(context, run.workspaceId, run.id)
          else taken.abort()
        },
      },
    }
    const copied = await beginAnew(copy, run, context.now())
    const isDone = await advanceRun(inCopy, copied, AbortSignal.any([stop, taken.signal])).catch((error) => {
      if (taken.signal.aborted) return false
      throw error
    })
    if (taken.signal.aborted) throw new RunTakenError(`the preview ${run.id} is no longer to be worked on`)
    if (!isDone) return false
    await keepResult(context, copy, run, await reportPreview(copy, run, samples))
    return true
  })
}

/** The copied run stands at its beginning, whatever an earlier attempt had come to. */
async function beginAnew({ pool }: StoreCopy, { id, workspaceId }: Run, at: Date): Promise<Run> {
  await pool.query(
    `UPDATE sync_run SET status = 'QUEUED', phase = 'PREPARING', checkpoint = '{}', active_links = 0, created = 0, updated = 0,
       unchanged = 0, linked = 0, skipped = 0, failed = 0, accounts_progress = NULL, hubspot_calls = 0, hubspot_repeats = 0 WHERE id = $1 AND workspace_id = $2`,
    [id, workspaceId],
  )
  const run = await takeUpRun(pool, { workspaceId, runId: id }, at)
  if (run === null) throw new Error(`the copy of the preview ${id} could not be taken up`)
  return run
}

type Progress = readonly [phase: string, total: number | null, ...counts: number[]]

interface Copied {
  readonly status: string
  readonly accounts_progress: unknown
  readonly progress: Progress
  readonly rate: number | null
  readonly calls: number
  readonly repeats: number
}

async function readProgress(pool: Queryable, { id, workspaceId }: Run) {
  const { rows } = await pool.query<Copied>({
    text: `SELECT status, accounts_progress, rate_per_second AS rate, hubspot_calls AS calls, hubspot_repeats AS repeats,
        jsonb_build_array(phase, total, created, updated, unchanged, linked, skipped, failed) AS progress
      FROM sync_run WHERE id = $1 AND workspace_id = $2`,
    values: [id, workspaceId],
  })
  const [row] = rows
  if (row === undefined) throw new Error(`the preview ${id} has no copy`)
  return row
}

/** Counts never go back (B69): one that had to begin anew shows no progress until it is past where it was. */
const takeOver = `
  total = $4, accounts_progress = $5::jsonb, rate_per_second = $6, phase = $3::run_phase, created = $7, updated = $8,
  unchanged = $9, linked = $10, skipped = $11, failed = $12, heartbeat_at = $13`
const valuesOf = (run: Run, { progress, accounts_progress, rate }: Copied, at: Date) => {
  const [phase, total, ...counts] = progress
  return [run.id, run.workspaceId, phase, total, JSON.stringify(accounts_progress), rate, ...counts, at]
}

/** Shows in the run itself how far its copy is. False where the run is no longer to be worked on. */
async function mirrorProgress({ database, now }: SyncContext, { pool }: StoreCopy, run: Run): Promise<boolean> {
  const copy = await readProgress(pool, run)
  if (copy.status !== 'RUNNING') return true
  const values = valuesOf(run, copy, now())
  const { rowCount } = await database.pool.query(
    `UPDATE sync_run SET ${takeOver}, started_at = coalesce(started_at, $13)
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING'
       AND created + updated + unchanged + linked + skipped + failed <= $7::integer + $8 + $9 + $10 + $11 + $12`,
    values,
  )
  if (rowCount === 1) return true
  const { rowCount: isUnderWay } = await database.pool.query(
    `UPDATE sync_run SET heartbeat_at = $3 WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING'`,
    [run.id, run.workspaceId, now()],
  )
  return isUnderWay === 1
}

async function keepResult(context: SyncContext, { pool }: StoreCopy, run: Run, report: PreviewReport): Promise<void> {
  const copy = await readProgress(pool, run)
  const at = context.now()
  const { rowCount } = await context.database.pool.query(
    `UPDATE sync_run SET ${takeOver}, started_at = coalesce(started_at, $13), finished_at = $13,
       status = $14::run_status, preview = $15::jsonb, hubspot_calls = hubspot_calls + $16,
       hubspot_repeats = hubspot_repeats + $17
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING'`,
    [...valuesOf(run, copy, at), copy.status, JSON.stringify(report), copy.calls, copy.repeats],
  )
  if (rowCount === 0) throw new RunTakenError(`the preview ${run.id} is not this worker's to complete`)
  await announceRun(context, run.workspaceId, run.id)
}
