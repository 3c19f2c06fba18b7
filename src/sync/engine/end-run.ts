import { inTransaction, type Queryable } from '../../database/database.ts'
import type { SyncErrorType } from '../../generated/prisma/enums.ts'
import { recordErrors, resolveUnseenErrors } from '../errors/record-errors.ts'
import { noteRunMail } from '../mail/note-run-mail.ts'
import { limitExceeded, runEnded } from '../matching/problem.ts'
import { resolveUnseenMembers } from '../reading/members.ts'
import { announceRun } from '../runs/announce-run.ts'
import { type Run, RunTakenError } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'

/** Ends a run that has gone through all of its phases, and says how it went (B53). */
export async function completeRun(context: SyncContext, run: Run): Promise<void> {
  const at = context.now()
  const { objectType } = run
  await inTransaction(context.database.pool, async (client) => {
    const { leftOut } = run.checkpoint
    if (leftOut > 0) await reportLeftOut(client, run, leftOut, at)
    // A run over single records says nothing about the others. Those of accounts were settled before the contacts.
    if (run.kind === 'RECORDS') await resolveUnseenMembers(client, run, at)
    else await resolveUnseenErrors(client, run, objectType, at)
    const { rowCount } = await client.query(
      `UPDATE sync_run SET finished_at = $3, heartbeat_at = $3, hold_reason = NULL,
         total = created + updated + unchanged + linked + skipped + failed,
         status = CASE WHEN $4 OR EXISTS (SELECT FROM sync_error WHERE workspace_id = $2 AND last_run_id = $1 AND status = 'OPEN')
           THEN 'COMPLETED_WITH_ERRORS'::run_status ELSE 'COMPLETED' END
       WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND phase = 'FINISHED'`,
      [run.id, run.workspaceId, at, leftOut > 0],
    )
    if (rowCount === 0) throw new RunTakenError(`run ${run.id} is not this worker's to complete`)
    if (run.kind === 'ALL') await noteRunMail(client, run, 'ENDED', at)
    await client.query('DELETE FROM sync_run_member WHERE run_id = $1 AND workspace_id = $2', [run.id, run.workspaceId])
    await client.query('DELETE FROM sync_run_departure WHERE run_id = $1 AND workspace_id = $2', [
      run.id,
      run.workspaceId,
    ])
  })
  await announceRun(context, run.workspaceId, run.id)
}

/** How many in all are left out, a run over everything alone can tell. */
async function reportLeftOut(client: Queryable, run: Run, leftOut: number, at: Date): Promise<void> {
  if (run.kind === 'RECORDS') {
    const { rowCount } = await client.query(
      `SELECT FROM sync_error WHERE workspace_id = $1 AND object_type = $2 AND status = 'OPEN' AND type = 'LIMIT_EXCEEDED'`,
      [run.workspaceId, run.objectType],
    )
    if (rowCount !== 0) return
  }
  const problem = limitExceeded(await contactLimitOf(client, run), leftOut)
  await recordErrors(client, run, run.objectType, [problem], at)
}

async function contactLimitOf(client: Queryable, { workspaceId }: Run): Promise<number> {
  const { rows } = await client.query<{ contact_limit: number }>('SELECT contact_limit FROM workspace WHERE id = $1', [
    workspaceId,
  ])
  return rows[0]?.contact_limit ?? 0
}

/** Ends a run that cannot go on; nothing that it wrote is undone, nothing is deleted or unlinked (B17). */
export async function failRun(
  context: SyncContext,
  run: Pick<Run, 'id' | 'workspaceId' | 'objectType' | 'kind'>,
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
    if (rowCount === 0 || run.kind === 'PREVIEW') return
    await recordErrors(client, run, run.objectType, [runEnded(type, message)], at)
    await noteRunMail(client, run, 'ENDED', at)
  })
  await announceRun(context, run.workspaceId, run.id)
}

/** Has a run wait for an admin's word; `resumeSync` takes it up again. */
export async function holdRun(context: SyncContext, run: Run, reason: string): Promise<void> {
  const at = context.now()
  await inTransaction(context.database.pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE sync_run SET status = 'PAUSED', hold_reason = $3, heartbeat_at = $4
       WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING'`,
      [run.id, run.workspaceId, reason, at],
    )
    if (rowCount === 1) await noteRunMail(client, run, 'HELD', at)
  })
  await announceRun(context, run.workspaceId, run.id)
}

/** Has a run wait until HubSpot takes calls again; `recoverRuns` takes it up then. */
export async function throttleRun(context: SyncContext, run: Run, waitMs: number): Promise<void> {
  const at = context.now()
  await context.database.pool.query(
    `UPDATE sync_run SET status = 'THROTTLED', resume_at = $3, heartbeat_at = $4
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING'`,
    [run.id, run.workspaceId, new Date(at.getTime() + waitMs), at],
  )
  await announceRun(context, run.workspaceId, run.id)
}
