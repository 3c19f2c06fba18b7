import { announceRun } from '../runs/announce-run.ts'
import { type Move, moveRun, standAt } from '../runs/move-run.ts'
import { noCounts, type Run } from '../runs/run.ts'
import type { Turn } from '../runs/turn.ts'
import type { SyncContext } from '../sync-context.ts'
import { failedCompanies } from './accounts-of-contacts.ts'
import { addMembers } from './members.ts'

/** Maximum number of companies per call to HubSpot. */
const companiesPerCall = 1_000

/**
 * Stores the contacts of all companies that are synced or failed to sync (B26, B66). A contact of several companies is
 * stored once, and the run processes contacts in ascending order (B51), in which HubSpot does not return them. Returns
 * false if the turn was over early.
 */
export async function collectContacts({ context, run, portal, isOver, stop }: Turn): Promise<boolean> {
  for (;;) {
    const companyIds = await nextCompanies(context, run)
    const last = companyIds.at(-1)
    if (last === undefined) return true
    for await (const { contactIds } of portal.contactsOfCompanies(companyIds, stop)) {
      await addMembers(context.database.pool, run, contactIds)
    }
    const move: Move = {
      phase: run.phase,
      checkpoint: { ...run.checkpoint, lastId: String(last) },
      counts: noCounts,
      activeLinks: run.activeLinks,
    }
    await moveRun(context.database.pool, run, move, context.now())
    standAt(run, move)
    await announceRun(context, run.workspaceId, run.id)
    if (isOver()) return false
  }
}

async function nextCompanies({ database }: SyncContext, run: Run): Promise<bigint[]> {
  const { rows } = await database.pool.query<{ hubspot_id: bigint }>(
    `SELECT hubspot_id FROM (
       SELECT hubspot_id FROM account_link WHERE workspace_id = $1 AND state = 'ACTIVE' AND NOT is_held
       UNION ${failedCompanies}
     ) AS company WHERE hubspot_id > $2 ORDER BY hubspot_id LIMIT $3`,
    [run.workspaceId, run.checkpoint.lastId ?? '0', companiesPerCall],
  )
  return rows.map((row) => row.hubspot_id)
}
