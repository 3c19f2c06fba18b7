import type { HubSpotPortal } from '../../hubspot/portal.ts'
import { announceRun } from '../announce-run.ts'
import { handleProblems } from '../problems/problem.ts'
import type { SyncContext } from '../sync-context.ts'
import { applyPage, type PageRules } from './apply-page.ts'
import { draftPage } from './prepare-page.ts'
import { readContacts } from './read-list-pages.ts'
import type { RunState } from './run-state.ts'
import type { Assignment } from './start-work.ts'

/**
 * Tries the contacts that this run skipped for a taken handle again, in ascending order, until a whole pass lets none
 * through: a handle that moved from one HubSpot contact to another arrives in the same run (B51). Each pass lets at
 * least one contact through or is the last, so it ends. Returns false if `isTimeUp` ended it early.
 */
export async function retryBlocked(
  context: SyncContext,
  portal: HubSpotPortal,
  run: RunState,
  assignment: Assignment,
  rules: PageRules,
  isTimeUp: () => boolean,
  stop: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const ids = await nextBlocked(context, run)
    const lastOfPage = ids.at(-1)
    if (lastOfPage === undefined) {
      if (!run.checkpoint.moved) return true
      await applyPage(context, run, [], rules, () => ({ ...run.checkpoint, lastId: null, moved: false }))
      continue
    }
    const records = await readContacts(portal, ids, assignment.plan.properties, context.tuning, stop)
    await applyPage(context, run, draftPage(records, assignment.plan), rules, (lastId, result, isWhole) => ({
      ...run.checkpoint,
      lastId: String(isWhole || lastId === null ? lastOfPage : lastId),
      moved: run.checkpoint.moved || (result !== null && result.outcomes.blocked < total(result.outcomes)),
      leftOut: run.checkpoint.leftOut + (result?.outcomes['left-out'] ?? 0),
    }))
    await announceRun(context, run.workspaceId, run.id)
    if (isTimeUp()) return false
  }
}

async function nextBlocked(context: SyncContext, run: RunState): Promise<bigint[]> {
  const { rows } = await context.database.pool.query<{ hubspot_id: bigint }>(
    `SELECT DISTINCT hubspot_id FROM sync_error
     WHERE last_run_id = $1 AND workspace_id = $2 AND status = 'OPEN' AND type = ANY ($3::sync_error_type[])
       AND hubspot_id > $4
     ORDER BY hubspot_id LIMIT $5`,
    [run.id, run.workspaceId, handleProblems, run.checkpoint.lastId ?? '0', context.tuning.pageSize],
  )
  return rows.map((row) => row.hubspot_id)
}

function total(outcomes: Readonly<Record<string, number>>): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0)
}
