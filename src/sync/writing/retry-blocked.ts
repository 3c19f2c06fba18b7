import type { Queryable } from '../../database/database.ts'
import { handleProblems } from '../matching/problem.ts'
import type { RunPart } from '../reading/run-part.ts'
import { announceRun } from '../runs/announce-run.ts'
import { type Move, moveRun, standAt } from '../runs/move-run.ts'
import { noCounts, type Run } from '../runs/run.ts'
import type { Turn } from '../runs/turn.ts'
import type { SyncContext } from '../sync-context.ts'
import { applyPage } from './apply-page.ts'
import { draftPage } from './prepare-page.ts'
import { passStart } from './retry-passes.ts'
import { settleGoneHolders } from './settle-holders.ts'

/**
 * Retries the records that this run skipped because of a taken handle, in ascending order, until a whole pass lets none
 * through: a handle that moved from one HubSpot record to another arrives in the same run (B51). If departures have
 * made room, records past the limit are retried too, while there is room (B29). Each pass lets at least one record
 * through or is the last, so this ends. Returns false if the turn was over early.
 */
export async function retryBlocked(turn: Turn, part: RunPart): Promise<boolean> {
  const { context, run, isOver, stop } = turn
  const { pool } = context.database
  const askedHolders = new Set<bigint>()
  for (;;) {
    if (run.checkpoint.lastId === null) await settleGoneHolders(turn, part, askedHolders)
    const admitsLeftOut = run.checkpoint.admitsLeftOut ?? run.activeLinks < part.linkLimit
    const waiting = await nextWaiting(pool, run, part, { admitsLeftOut, limit: context.tuning.pageSize })
    const lastOfPage = waiting.ids.at(-1)
    if (lastOfPage === undefined) {
      if (run.checkpoint.moved) await beginNextPass(context, run)
      else if (!(await settleGoneHolders(turn, part, askedHolders))) return true
      continue
    }
    const [records, accounts] = await Promise.all([
      part.read(waiting.ids, part.plan.requested, stop),
      part.findAccounts(waiting.ids, stop),
    ])
    await applyPage(turn, part, {
      entries: draftPage(part, records, accounts),
      span: null,
      leftOutBefore: waiting.leftOut,
      next: (upTo, result, isWhole, entries) => {
        const before = entries.filter(({ hubspotId }) => waiting.leftOut.has(hubspotId)).length
        return {
          ...run.checkpoint,
          lastId: String(isWhole ? lastOfPage : upTo),
          moved: run.checkpoint.moved || (result !== null && isAnyThrough(result.outcomes)),
          leftOut: run.checkpoint.leftOut - before + (result?.leftOutIds.length ?? 0),
          admitsLeftOut: isOpen(admitsLeftOut, run) && !result?.leftOutIds.some((id) => waiting.leftOut.has(id)),
        }
      },
    })
    await announceRun(context, run.workspaceId, run.id)
    if (isOver()) return false
  }
}

/** The first half of a page may have closed it. */
const isOpen = (atPageStart: boolean, { checkpoint }: Run): boolean => checkpoint.admitsLeftOut ?? atPageStart

async function beginNextPass(context: SyncContext, run: Run): Promise<void> {
  const move: Move = {
    phase: run.phase,
    checkpoint: passStart(run.checkpoint),
    counts: noCounts,
    activeLinks: run.activeLinks,
  }
  await moveRun(context.database.pool, run, move, context.now())
  standAt(run, move)
}

interface Waiting {
  /** Ascending. */
  readonly ids: readonly bigint[]
  /** The ids among them that were past the limit. */
  readonly leftOut: ReadonlySet<bigint>
}

async function nextWaiting(
  queryable: Queryable,
  run: Run,
  { objectType }: RunPart,
  { admitsLeftOut, limit }: { readonly admitsLeftOut: boolean; readonly limit: number },
): Promise<Waiting> {
  const { rows } = await queryable.query<{ hubspot_id: bigint; is_left_out: boolean }>(
    `SELECT hubspot_id, bool_or(is_left_out) AS is_left_out FROM (
       SELECT hubspot_id, false AS is_left_out FROM sync_error
       WHERE last_run_id = $1 AND workspace_id = $2 AND object_type = $3 AND status = 'OPEN'
         AND type = ANY ($4::sync_error_type[]) AND hubspot_id > $5
       UNION ALL
       (SELECT hubspot_id, true FROM sync_run_left_out
        WHERE run_id = $1 AND workspace_id = $2 AND $3 = 'CONTACT'::object_type AND $7 AND hubspot_id > $5
        ORDER BY hubspot_id LIMIT $6)
     ) AS waiting GROUP BY hubspot_id ORDER BY hubspot_id LIMIT $6`,
    [run.id, run.workspaceId, objectType, handleProblems, run.checkpoint.lastId ?? '0', limit, admitsLeftOut],
  )
  return {
    ids: rows.map((row) => row.hubspot_id),
    leftOut: new Set(rows.flatMap((row) => (row.is_left_out ? [row.hubspot_id] : []))),
  }
}

function isAnyThrough({ created, linked, updated, unchanged }: Readonly<Record<string, number>>): boolean {
  return [created, linked, updated, unchanged].some((count) => count !== undefined && count > 0)
}
