import { inTransaction } from '../../database/database.ts'
import type { HubSpotPortal } from '../../hubspot/portal.ts'
import { addWaitingMembers, followMergedMembers } from '../reading/members.ts'
import { announceRun } from '../runs/announce-run.ts'
import { type Run, RunTakenError } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'
import { enterNextPhase } from './phases.ts'

/** Says how much there is to do as far as that is known, and enters the first phase. */
export async function beginRun(
  context: SyncContext,
  portal: HubSpotPortal,
  run: Run,
  stop: AbortSignal,
): Promise<void> {
  if (run.kind === 'RECORDS') {
    await followMergedMembers(context, portal, run, stop)
    await addWaitingMembers(context.database.pool, run)
  }
  const at = context.now()
  const total = await sizeOf(context, portal, run)
  await inTransaction(context.database.pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE sync_run SET total = $3, started_at = coalesce(started_at, $4), heartbeat_at = $4, checkpoint = $5
       WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND phase = 'PREPARING'`,
      [run.id, run.workspaceId, total, at, JSON.stringify(run.checkpoint)],
    )
    if (rowCount === 0) throw new RunTakenError(`run ${run.id} is not this worker's to begin`)
  })
  await enterNextPhase(context, run)
  await announceRun(context, run.workspaceId, run.id)
}

/** Contacts of accounts are counted once they are collected. */
async function sizeOf(context: SyncContext, portal: HubSpotPortal, run: Run): Promise<number | null> {
  if (run.kind === 'RECORDS') return countMembers(context, run)
  const { listId } = run.settings
  const isAccountRun = run.objectType === 'ACCOUNT' || run.withAccounts
  const [companies, list] = await Promise.all([
    isAccountRun ? portal.countCompanies() : 0,
    run.objectType === 'CONTACT' && listId !== null ? portal.getList(listId) : null,
  ])
  if (companies === null) return null
  if (run.objectType === 'ACCOUNT' || run.settings.contactSource !== 'FROM_LIST') return companies
  // A list that is gone ends the run once it comes to the contacts.
  return list?.size == null ? null : companies + list.size
}

async function countMembers({ database }: SyncContext, run: Run): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM sync_run_member WHERE run_id = $1 AND workspace_id = $2',
    [run.id, run.workspaceId],
  )
  return rows[0]?.count ?? 0
}
