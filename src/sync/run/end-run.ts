import { inTransaction, type Queryable } from '../../database/database.ts'
import type { SyncErrorType } from '../../generated/prisma/enums.ts'
import { announceRun } from '../announce-run.ts'
import { handleProblems, limitExceeded, runEnded } from '../problems/problem.ts'
import { recordProblems, resolveUnseenProblems } from '../problems/record-problems.ts'
import type { SyncContext } from '../sync-context.ts'
import { type RunState, RunTakenError } from './run-state.ts'

/** Ends a run that has worked through its whole list: settles what is still blocked, and says how it went (B53). */
export async function completeRun(context: SyncContext, run: RunState, contactLimit: number): Promise<void> {
  const at = context.now()
  await inTransaction(context.database.pool, async (client) => {
    const { leftOut } = run.checkpoint
    if (leftOut > 0) await recordProblems(client, run, [limitExceeded(contactLimit, leftOut)], at)
    await resolveUnseenProblems(client, run, at)
    const blocked = await countBlocked(client, run)
    const { rowCount } = await client.query(
      `UPDATE sync_run SET skipped = skipped + $4, phase = 'FINISHED', finished_at = $5, heartbeat_at = $5,
         total = created + updated + unchanged + linked + skipped + $4 + failed,
         status = CASE WHEN EXISTS (SELECT FROM sync_error WHERE workspace_id = $2 AND last_run_id = $1 AND status = 'OPEN')
           THEN 'COMPLETED_WITH_ERRORS'::run_status ELSE 'COMPLETED' END
       WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND phase = $3`,
      [run.id, run.workspaceId, run.phase, blocked, at],
    )
    if (rowCount === 0) throw new RunTakenError(`run ${run.id} is not this worker's to complete`)
  })
  await announceRun(context, run.workspaceId, run.id)
}

/** Contacts that stayed without a handle they share; each was left uncounted until now. */
async function countBlocked(client: Queryable, run: RunState): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(DISTINCT hubspot_id)::integer AS count FROM sync_error
     WHERE last_run_id = $1 AND workspace_id = $2 AND status = 'OPEN' AND type = ANY ($3::sync_error_type[])`,
    [run.id, run.workspaceId, handleProblems],
  )
  return rows[0]?.count ?? 0
}

/** Ends a run that cannot go on; nothing that it wrote is undone, nothing is deleted or unlinked (B17). */
export async function failRun(
  context: SyncContext,
  run: { readonly id: string; readonly workspaceId: string },
  type: SyncErrorType,
  message: string,
): Promise<void> {
  const at = context.now()
  await inTransaction(context.database.pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE sync_run SET status = 'FAILED', phase = 'FINISHED', failure_type = $3, failure_message = $4,
         finished_at = $5, heartbeat_at = $5
       WHERE id = $1 AND workspace_id = $2 AND status IN ('QUEUED', 'RUNNING')`,
      [run.id, run.workspaceId, type, message, at],
    )
    if (rowCount === 1) await recordProblems(client, run, [runEnded(type, message)], at)
  })
  await announceRun(context, run.workspaceId, run.id)
}
