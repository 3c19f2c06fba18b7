import { handleProblems } from '../matching/problem.ts'
import type { RunPart } from '../reading/run-part.ts'
import { announceRun } from '../runs/announce-run.ts'
import { type Move, moveRun, standAt } from '../runs/move-run.ts'
import { noCounts, type Run } from '../runs/run.ts'
import type { Turn } from '../runs/turn.ts'
import type { SyncContext } from '../sync-context.ts'
import { applyPage } from './apply-page.ts'
import { draftPage } from './prepare-page.ts'

/**
 * Tries the records that this run skipped for a taken handle again, in ascending order, until a whole pass lets none
 * through: a handle that moved from one HubSpot record to another arrives in the same run (B51). Each pass lets at
 * least one record through or is the last, so it ends. Returns false if the turn was over early.
 */
export async function retryBlocked(turn: Turn, part: RunPart): Promise<boolean> {
  const { context, run, isOver, stop } = turn
  for (;;) {
    const ids = await nextBlocked(context, run, part)
    const lastOfPage = ids.at(-1)
    if (lastOfPage === undefined) {
      if (!run.checkpoint.moved) return true
      await beginNextPass(context, run)
      continue
    }
    const [records, accounts] = await Promise.all([
      part.read(ids, part.plan.properties, stop),
      part.findAccounts(ids, stop),
    ])
    await applyPage(turn, part, {
      entries: draftPage(part, records, accounts),
      span: null,
      next: (upTo, result, isWhole) => ({
        ...run.checkpoint,
        lastId: String(isWhole ? lastOfPage : upTo),
        moved: run.checkpoint.moved || (result !== null && result.outcomes.blocked < total(result.outcomes)),
        leftOut: run.checkpoint.leftOut + (result?.outcomes['left-out'] ?? 0),
      }),
    })
    await announceRun(context, run.workspaceId, run.id)
    if (isOver()) return false
  }
}

async function beginNextPass(context: SyncContext, run: Run): Promise<void> {
  const move: Move = {
    phase: run.phase,
    checkpoint: { ...run.checkpoint, lastId: null, moved: false },
    counts: noCounts,
    activeLinks: run.activeLinks,
  }
  await moveRun(context.database.pool, run, move, context.now())
  standAt(run, move)
}

async function nextBlocked({ database, tuning }: SyncContext, run: Run, { objectType }: RunPart): Promise<bigint[]> {
  const { rows } = await database.pool.query<{ hubspot_id: bigint }>(
    `SELECT DISTINCT hubspot_id FROM sync_error
     WHERE last_run_id = $1 AND workspace_id = $2 AND object_type = $3 AND status = 'OPEN'
       AND type = ANY ($4::sync_error_type[]) AND hubspot_id > $5
     ORDER BY hubspot_id LIMIT $6`,
    [run.id, run.workspaceId, objectType, handleProblems, run.checkpoint.lastId ?? '0', tuning.pageSize],
  )
  return rows.map((row) => row.hubspot_id)
}

function total(outcomes: Readonly<Record<string, number>>): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0)
}
