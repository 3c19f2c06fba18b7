import type { Queryable } from '../../database/database.ts'
import type { RunStatus } from '../../generated/prisma/enums.ts'
import type { Run } from './run.ts'
import { RunTakenError, transition } from './run-states.ts'

/**
 * A preview works on a copy of its run, and the run itself shows the progress of the copy. Counts never fall (B69): a
 * preview that had to start over shows no progress until it has passed the point that it had reached.
 */

/** Resets the copy of a preview's run to its beginning. */
export async function resetPreviewCopy(copy: Queryable, { id, workspaceId }: Run): Promise<void> {
  await copy.query(
    `UPDATE sync_run SET status = 'QUEUED', phase = 'PREPARING', checkpoint = '{}', active_links = 0, created = 0,
       updated = 0, unchanged = 0, linked = 0, skipped = 0, failed = 0, accounts_progress = NULL, rate_per_second = NULL,
       work_seconds = 0, hubspot_calls = 0, hubspot_repeats = 0
     WHERE id = $1 AND workspace_id = $2`,
    [id, workspaceId],
  )
}

type Progress = readonly [phase: string, total: number | null, ...counts: number[]]

interface Copied {
  readonly status: RunStatus
  readonly accounts_progress: unknown
  readonly progress: Progress
  readonly rate: number | null
  readonly work: number
  readonly calls: number
  readonly repeats: number
}

async function readCopy(copy: Queryable, { id, workspaceId }: Run): Promise<Copied> {
  const { rows } = await copy.query<Copied>({
    text: `SELECT status, accounts_progress, rate_per_second AS rate, work_seconds AS work, hubspot_calls AS calls,
        hubspot_repeats AS repeats,
        jsonb_build_array(phase, total, created, updated, unchanged, linked, skipped, failed) AS progress
      FROM sync_run WHERE id = $1 AND workspace_id = $2`,
    values: [id, workspaceId],
  })
  const [row] = rows
  if (row === undefined) throw new Error(`the preview ${id} has no copy`)
  return row
}

const takeOver = `
  total = $4, accounts_progress = $5::jsonb, rate_per_second = $6, phase = $3::run_phase, created = $7, updated = $8,
  unchanged = $9, linked = $10, skipped = $11, failed = $12, heartbeat_at = $13, attempts = 0,
  work_seconds = $14`
const valuesOf = (run: Run, { progress, accounts_progress, rate, work }: Copied, at: Date) => {
  const [phase, total, ...counts] = progress
  return [run.id, run.workspaceId, phase, total, JSON.stringify(accounts_progress), rate, ...counts, at, work]
}

/** Shows the progress of the copy in the run. Returns false if the run no longer belongs to this worker. */
export async function mirrorPreview(store: Queryable, copy: Queryable, run: Run, at: Date): Promise<boolean> {
  const copied = await readCopy(copy, run)
  if (copied.status !== 'RUNNING') return true
  const { rowCount } = await store.query(
    `UPDATE sync_run SET ${takeOver}, started_at = coalesce(started_at, $13)
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND fence = $15
       AND created + updated + unchanged + linked + skipped + failed <= $7::integer + $8 + $9 + $10 + $11 + $12`,
    [...valuesOf(run, copied, at), run.fence],
  )
  if (rowCount === 1) return true
  const { rowCount: isUnderWay } = await store.query(
    `UPDATE sync_run SET heartbeat_at = $3 WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND fence = $4`,
    [run.id, run.workspaceId, at, run.fence],
  )
  return isUnderWay === 1
}

/**
 * Ends a preview as its copy ended, and stores its result, in the caller's transaction. Throws {@link RunTakenError}.
 */
export async function keepPreview(
  client: Queryable,
  copy: Queryable,
  run: Run,
  report: unknown,
  at: Date,
): Promise<void> {
  const copied = await readCopy(copy, run)
  const { rowCount } = await client.query(
    `UPDATE sync_run SET ${takeOver}, started_at = coalesce(started_at, $13), preview = $15::jsonb,
       hubspot_calls = hubspot_calls + $16, hubspot_repeats = hubspot_repeats + $17
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND fence = $18`,
    [...valuesOf(run, copied, at), JSON.stringify(report), copied.calls, copied.repeats, run.fence],
  )
  if (rowCount === 0) throw new RunTakenError(`the preview ${run.id} is not this worker's to complete`)
  await transition(client, run, 'RUNNING', copied.status, { finished_at: at })
}
