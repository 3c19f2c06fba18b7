import { inTransaction, type Queryable } from '../../database/database.ts'
import type { SyncErrorType } from '../../generated/prisma/enums.ts'
import { recordErrors, resolveUnseenErrors } from '../errors/record-errors.ts'
import { noteRunMail } from '../mail/note-run-mail.ts'
import { limitExceeded, runEnded } from '../matching/problem.ts'
import { resolveUnseenMembers } from '../reading/members.ts'
import { announceRun } from '../runs/announce-run.ts'
import { completeRunRow } from '../runs/move-run.ts'
import type { Run } from '../runs/run.ts'
import { transition } from '../runs/run-states.ts'
import type { SyncContext } from '../sync-context.ts'

/** Ends a run that has gone through all of its phases, and records its result (B53). */
export async function completeRun(context: SyncContext, run: Run): Promise<void> {
  const at = context.now()
  const { objectType } = run
  await inTransaction(context.database.pool, async (client) => {
    const { leftOut } = run.checkpoint
    if (leftOut > 0) await reportLeftOut(client, run, leftOut, at)
    // A run over single records says nothing about other records. Errors of accounts were resolved before the contacts.
    if (run.kind === 'RECORDS') await resolveUnseenMembers(client, run, at)
    else await resolveUnseenErrors(client, run, objectType, at)
    await completeRunRow(client, run, leftOut > 0 || (await hasOpenErrors(client, run)), at)
    if (run.kind === 'ALL') await noteRunMail(client, run, 'ENDED', at)
    await client.query('DELETE FROM sync_run_member WHERE run_id = $1 AND workspace_id = $2', [run.id, run.workspaceId])
    await client.query('DELETE FROM sync_run_left_out WHERE run_id = $1 AND workspace_id = $2', [
      run.id,
      run.workspaceId,
    ])
    await client.query('DELETE FROM sync_run_departure WHERE run_id = $1 AND workspace_id = $2', [
      run.id,
      run.workspaceId,
    ])
  })
  await announceRun(context, run.workspaceId, run.id)
}

async function hasOpenErrors(client: Queryable, run: Run): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM sync_error WHERE workspace_id = $1 AND last_run_id = $2 AND status = 'OPEN' LIMIT 1`,
    [run.workspaceId, run.id],
  )
  return rowCount !== 0
}

/** Only a full run knows the total number of left-out records. */
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

/**
 * Ends a run that cannot continue. Nothing that it wrote is undone, and nothing is deleted or unlinked (B17). Throws
 * RunTakenError.
 */
export async function failRun(context: SyncContext, run: Run, type: SyncErrorType, message: string): Promise<void> {
  const at = context.now()
  await inTransaction(context.database.pool, async (client) => {
    await transition(client, run, 'RUNNING', 'FAILED', {
      phase: 'FINISHED',
      failure_type: type,
      failure_message: message,
      finished_at: at,
      heartbeat_at: at,
    })
    if (run.kind === 'PREVIEW') return
    await recordErrors(client, run, run.objectType, [runEnded(type, message)], at)
    await noteRunMail(client, run, 'ENDED', at)
  })
  await announceRun(context, run.workspaceId, run.id)
}

/** Makes a run wait for an admin's decision; `resumeSync` continues it. Throws RunTakenError. */
export async function holdRun(context: SyncContext, run: Run, reason: string): Promise<void> {
  const at = context.now()
  await inTransaction(context.database.pool, async (client) => {
    await transition(client, run, 'RUNNING', 'PAUSED', { hold_reason: reason, heartbeat_at: at })
    await noteRunMail(client, run, 'HELD', at)
  })
  await announceRun(context, run.workspaceId, run.id)
}

/**
 * Makes a run wait for HubSpot; `recoverRuns` continues it after `waitMs`. If HubSpot did not answer (`isSilent`), the
 * run stores since when, until it moves again.
 */
export async function throttleRun(
  context: SyncContext,
  run: Run,
  { waitMs, reason, isSilent }: { readonly waitMs: number; readonly reason: string; readonly isSilent: boolean },
): Promise<void> {
  const at = context.now()
  await transition(context.database.pool, run, 'RUNNING', 'THROTTLED', {
    resume_at: new Date(at.getTime() + waitMs),
    wait_reason: reason,
    heartbeat_at: at,
    attempts: 0,
    ...(isSilent && { silent_since: run.silentSince ?? at }),
  })
  await announceRun(context, run.workspaceId, run.id)
}
