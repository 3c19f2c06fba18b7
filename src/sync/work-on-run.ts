import {
  HubSpotMissingScopesError,
  HubSpotNotFoundError,
  HubSpotRateLimitedError,
  HubSpotRejectedError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError,
  HubSpotUnreadableError,
} from '../hubspot/errors.ts'
import { NotConnectedError } from '../user-errors.ts'
import type { PageRules } from './run/apply-page.ts'
import { completeRun, failRun } from './run/end-run.ts'
import { retryBlocked } from './run/retry-blocked.ts'
import { withRunLease } from './run/run-lease.ts'
import {
  loadRun,
  moveRun,
  noCounts,
  type RunState,
  RunTakenError,
  type Step,
  standAt,
  toRunState,
} from './run/run-state.ts'
import { ListNotFoundError, startWork } from './run/start-work.ts'
import { syncList } from './run/sync-list.ts'
import type { SyncContext } from './sync-context.ts'

/** HubSpot may leave this many chunks in a row unanswered before the run ends. */
const maxStalls = 5

/**
 * Works on a run for one bounded chunk, so that a large workspace does not keep a small one waiting.
 *
 *   QUEUED ──▶ RUNNING: PREPARING ─▶ SYNCING ─▶ RETRYING ──▶ COMPLETED | COMPLETED_WITH_ERRORS
 *                 │                                  ▲
 *                 │ pause                            │ resume: goes on at the checkpoint
 *                 ├────────▶ PAUSED ─────────────────┘
 *                 ├────────▶ CANCELLED               by an admin
 *                 └────────▶ FAILED                  credentials refused, list gone, HubSpot silent
 *
 * Returns 'more' when another chunk is due, 'done' when none is, and 'busy' when another worker has the run. Safe to call
 * twice and at any time: who may work is decided by lease and checkpoint, not by the caller. Throws what may pass
 * (HubSpot or PostgreSQL away); the run then stays as it was, to be taken up again.
 */
export async function workOnRun(
  context: SyncContext,
  { workspaceId, runId }: { readonly workspaceId: string; readonly runId: string },
  stop: AbortSignal,
): Promise<'more' | 'done' | 'busy'> {
  return withRunLease(context.database.pool, runId, async () => {
    const { rowCount } = await context.database.pool.query(
      `UPDATE sync_run SET status = 'RUNNING', heartbeat_at = $3
       WHERE id = $1 AND workspace_id = $2 AND status IN ('QUEUED', 'RUNNING')`,
      [runId, workspaceId, context.now()],
    )
    const row = rowCount === 0 ? null : await loadRun(context, workspaceId, runId)
    if (row === null) return 'done'
    const run = toRunState(row)
    try {
      return (await workOneChunk(context, run, stop)) ? 'done' : await leaveForNext(context, run)
    } catch (error) {
      if (error instanceof RunTakenError) return 'done'
      if (stop.aborted) return await leaveForNext(context, run)
      return await endOrRethrow(context, run, error)
    }
  })
}

/** Returns whether the run has ended. */
async function workOneChunk(context: SyncContext, run: RunState, stop: AbortSignal): Promise<boolean> {
  const started = performance.now()
  const portal = await context.openPortal(run.workspaceId)
  const assignment = await startWork(context, portal, run)
  const isTimeUp = () => stop.aborted || performance.now() - started > context.tuning.chunkMs
  const rules: PageRules = {
    mapsHandles: run.settings.contactMappings.some(({ target }) => target === 'EMAIL' || target === 'PHONE'),
    contactLimit: assignment.contactLimit,
  }
  if (run.phase === 'SYNCING_CONTACTS') {
    if (!(await syncList(context, portal, run, assignment, rules, isTimeUp, stop))) return false
    await beginRetrying(context, run)
  }
  if (!(await retryBlocked(context, portal, run, assignment, rules, isTimeUp, stop))) return false
  await completeRun(context, run, assignment.contactLimit)
  return true
}

async function beginRetrying(context: SyncContext, run: RunState): Promise<void> {
  const step: Step = {
    phase: 'RETRYING_CONTACTS',
    checkpoint: { ...run.checkpoint, after: null, lastId: null, moved: false },
    counts: noCounts,
    activeLinks: run.activeLinks,
  }
  await moveRun(context.database.pool, run, step, context.now())
  standAt(run, step)
}

/** Numbers the next chunk, so that its job is another one than this one's. */
async function leaveForNext(context: SyncContext, run: RunState): Promise<'more' | 'done'> {
  const { rowCount } = await context.database.pool.query(
    `UPDATE sync_run SET chunk = chunk + 1, heartbeat_at = $3 WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING'`,
    [run.id, run.workspaceId, context.now()],
  )
  return rowCount === 0 ? 'done' : 'more'
}

/** Decides whether waiting can help. */
async function endOrRethrow(context: SyncContext, run: RunState, error: unknown): Promise<'done'> {
  if (!(error instanceof Error)) throw error
  if (
    error instanceof HubSpotUnauthorisedError ||
    error instanceof HubSpotMissingScopesError ||
    error instanceof NotConnectedError
  ) {
    await failRun(context, run, 'AUTHORIZATION', error.message)
    return 'done'
  }
  // What a run names by id is its list; it can be deleted while the run reads it.
  if (error instanceof ListNotFoundError || error instanceof HubSpotNotFoundError) {
    await failRun(context, run, 'HUBSPOT_LIST_NOT_FOUND', error.message)
    return 'done'
  }
  if (error instanceof HubSpotRejectedError) {
    await failRun(context, run, 'UNEXPECTED', error.message)
    return 'done'
  }
  const isSilent =
    error instanceof HubSpotUnavailableError ||
    error instanceof HubSpotRateLimitedError ||
    error instanceof HubSpotUnreadableError
  if (isSilent && (await countStall(context, run)) >= maxStalls) {
    await failRun(context, run, 'HUBSPOT_UNAVAILABLE', error.message)
    return 'done'
  }
  throw error
}

async function countStall(context: SyncContext, run: RunState): Promise<number> {
  const { rows } = await context.database.pool.query<{ stalls: number }>(
    `UPDATE sync_run SET stalls = stalls + 1, heartbeat_at = $3 WHERE id = $1 AND workspace_id = $2 RETURNING stalls`,
    [run.id, run.workspaceId, context.now()],
  )
  return rows[0]?.stalls ?? 0
}
