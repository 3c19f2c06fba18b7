import { addWaitingMembers, followMergedMembers } from '../reading/members.ts'
import { announceRun } from '../runs/announce-run.ts'
import { beginCount } from '../runs/move-run.ts'
import type { Run } from '../runs/run.ts'
import type { Turn } from '../runs/turn.ts'
import type { SyncContext } from '../sync-context.ts'

/** Stores how many records there are to process, as far as that is known. */
export async function beginRun(turn: Turn): Promise<void> {
  const { context, run, portal, stop } = turn
  if (run.kind === 'RECORDS') {
    await followMergedMembers(context, portal, run, stop)
    await addWaitingMembers(context.database.pool, run)
  }
  const at = context.now()
  const total = await sizeOf(turn)
  await beginCount(context.database.pool, run, total, at)
  await announceRun(context, run.workspaceId, run.id)
}

/** Contacts of accounts are counted once they are collected. */
async function sizeOf({ context, portal, run }: Turn): Promise<number | null> {
  if (run.kind === 'RECORDS') return countMembers(context, run)
  const { listId } = run.settings
  const isAccountRun = run.objectType === 'ACCOUNT' || run.withAccounts
  const [companies, list] = await Promise.all([
    isAccountRun ? portal.countCompanies() : 0,
    run.objectType === 'CONTACT' && listId !== null ? portal.getList(listId) : null,
  ])
  if (companies === null) return null
  if (run.objectType === 'ACCOUNT' || run.settings.contactSource !== 'FROM_LIST') return companies
  // If the list no longer exists, the run ends when it reaches the contacts.
  return list?.size == null ? null : companies + list.size
}

async function countMembers({ database }: SyncContext, run: Run): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM sync_run_member WHERE run_id = $1 AND workspace_id = $2',
    [run.id, run.workspaceId],
  )
  return rows[0]?.count ?? 0
}
