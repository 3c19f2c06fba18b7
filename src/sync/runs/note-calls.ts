import type { CallUsage } from '../../hubspot/portal.ts'
import type { Run } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'

/** Adds the calls of a chunk to its run, and logs the total at the end of the run: the cost of faults and limits. */
export async function noteCalls({ database, log }: SyncContext, run: Run, usage: CallUsage): Promise<void> {
  const { rows } = await database.pool.query<{ status: string; calls: number; repeats: number; ended: boolean }>(
    `UPDATE sync_run SET hubspot_calls = hubspot_calls + $3, hubspot_repeats = hubspot_repeats + $4
     WHERE id = $1 AND workspace_id = $2
     RETURNING status, hubspot_calls AS calls, hubspot_repeats AS repeats, finished_at IS NOT NULL AS ended`,
    [run.id, run.workspaceId, usage.calls, usage.repeats],
  )
  const [told] = rows
  if (!told?.ended) return
  const { status, calls, repeats } = told
  log.info({ runId: run.id, workspaceId: run.workspaceId, status, calls, repeats }, 'run ended')
}
