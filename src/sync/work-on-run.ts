import type { Queryable } from '../database/database.ts'
import {
  HubSpotListNotFoundError,
  HubSpotMissingScopesError,
  HubSpotRateLimitedError,
  HubSpotRejectedError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError,
  HubSpotUnreadableError,
} from '../hubspot/errors.ts'
import { NotConnectedError } from '../user-errors.ts'
import { advanceRun } from './engine/advance-run.ts'
import { failRun, holdRun, throttleRun } from './engine/end-run.ts'
import { runPreview } from './preview/run-preview.ts'
import { ListNotFoundError } from './reading/contacts-part.ts'
import { type Run, RunTakenError, takeUpRun } from './runs/run.ts'
import { withRunLease, withTurn } from './runs/run-lease.ts'
import type { SyncContext } from './sync-context.ts'
import { ManyDeparturesError } from './writing/settle-departures.ts'

interface RunName {
  readonly workspaceId: string
  readonly runId: string
}

/** HubSpot may leave this many chunks in a row unanswered before the run ends. */
const maxStalls = 5

/** A wait longer than this gives the worker back, and the run waits by itself. */
const longestWaitMs = 30_000

/**
 * Works on a run for one chunk, which ends early once others wait, so that a large workspace does not keep a small one
 * waiting.
 *
 *   QUEUED ──▶ RUNNING ──▶ COMPLETED | COMPLETED_WITH_ERRORS   once through all of its phases (`phasesOf`)
 *                │  ▲
 *                │  │ resume, or the time that HubSpot named: goes on at the checkpoint
 *                ├──┴─────▶ PAUSED          by an admin, or until one confirms that many records left
 *                ├────────▶ THROTTLED       HubSpot takes no calls for long
 *                ├────────▶ CANCELLED       by an admin
 *                └────────▶ FAILED          credentials refused, list gone, HubSpot silent
 *
 * Returns 'more' when another chunk is due, 'done' when none is, and 'busy' when another worker has the run. Safe to call
 * twice and at any time: who may work is decided by lease and checkpoint, not by the caller. Throws what may pass
 * (HubSpot or PostgreSQL away); the run then stays as it was, to be taken up again.
 */
export async function workOnRun(
  context: SyncContext,
  { workspaceId, runId }: RunName,
  stop: AbortSignal,
): Promise<'more' | 'done' | 'busy'> {
  const { pool } = context.database
  return withRunLease(pool, runId, async (client) => {
    // A preview writes nothing that another run could miss, and so waits for no turn.
    if (await isPreview(pool, { workspaceId, runId })) return workOn(context, { workspaceId, runId }, stop, runPreview)
    return withTurn(client, workspaceId, stop, () => workOn(context, { workspaceId, runId }, stop, advanceRun))
  })
}

async function isPreview(queryable: Queryable, { workspaceId, runId }: RunName): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `SELECT FROM sync_run WHERE id = $1 AND workspace_id = $2 AND scope = 'PREVIEW'`,
    [runId, workspaceId],
  )
  return rowCount === 1
}

/** `work` returns whether the run has ended. */
async function workOn(
  context: SyncContext,
  name: RunName,
  stop: AbortSignal,
  work: (context: SyncContext, run: Run, stop: AbortSignal) => Promise<boolean>,
): Promise<'more' | 'done'> {
  const run = await takeUpRun(context.database.pool, name, context.now())
  if (run === null) return 'done'
  try {
    return (await work(context, run, stop)) ? 'done' : await leaveForNext(context, run)
  } catch (error) {
    if (error instanceof RunTakenError) return 'done'
    if (stop.aborted) return await leaveForNext(context, run)
    return await endOrRethrow(context, run, error)
  }
}

/** Numbers the next chunk, so that its job is another one than this one's. */
async function leaveForNext(context: SyncContext, run: Run): Promise<'more' | 'done'> {
  const { rowCount } = await context.database.pool.query(
    `UPDATE sync_run SET chunk = chunk + 1, heartbeat_at = $3 WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING'`,
    [run.id, run.workspaceId, context.now()],
  )
  return rowCount === 0 ? 'done' : 'more'
}

/** Decides whether waiting can help. */
async function endOrRethrow(context: SyncContext, run: Run, error: unknown): Promise<'done'> {
  if (!(error instanceof Error)) throw error
  if (error instanceof ManyDeparturesError) {
    await holdRun(context, run, error.message)
    return 'done'
  }
  if (error instanceof HubSpotRateLimitedError && error.retryAfterMs > longestWaitMs) {
    await throttleRun(context, run, error.retryAfterMs)
    return 'done'
  }
  if (
    error instanceof HubSpotUnauthorisedError ||
    error instanceof HubSpotMissingScopesError ||
    error instanceof NotConnectedError
  ) {
    await failRun(context, run, 'AUTHORIZATION', error.message)
    return 'done'
  }
  // The list can be deleted while the run reads it. A 404 of anything else says nothing about the list.
  if (error instanceof ListNotFoundError || error instanceof HubSpotListNotFoundError) {
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

async function countStall(context: SyncContext, run: Run): Promise<number> {
  const { rows } = await context.database.pool.query<{ stalls: number }>(
    `UPDATE sync_run SET stalls = stalls + 1, heartbeat_at = $3 WHERE id = $1 AND workspace_id = $2 RETURNING stalls`,
    [run.id, run.workspaceId, context.now()],
  )
  return rows[0]?.stalls ?? 0
}
