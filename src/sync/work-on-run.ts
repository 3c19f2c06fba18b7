import {
  HubSpotMissingScopesError,
  HubSpotNotFoundError,
  HubSpotRateLimitedError,
  HubSpotRejectedError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError,
  HubSpotUnreadableError,
} from '../hubspot/errors.ts'
import type { HubSpotPortal } from '../hubspot/portal.ts'
import { NotConnectedError } from '../user-errors.ts'
import { openAccountsPart } from './run/accounts-part.ts'
import { beginRun } from './run/begin-run.ts'
import { collectContacts } from './run/collect-contacts.ts'
import { ListNotFoundError, openContactsPart } from './run/contacts-part.ts'
import { completeRun, failRun, holdRun, throttleRun } from './run/end-run.ts'
import { noteCalls } from './run/note-calls.ts'
import { retryBlocked } from './run/retry-blocked.ts'
import { withRunLease, withTurn } from './run/run-lease.ts'
import type { RunPart } from './run/run-part.ts'
import { enterNextPhase } from './run/run-phases.ts'
import { type RunState, RunTakenError, takeUpRun } from './run/run-state.ts'
import { ManyDeparturesError, settleDepartures } from './run/settle-departures.ts'
import { syncScope } from './run/sync-scope.ts'
import { takeTurn } from './run/take-turn.ts'
import type { SyncContext } from './sync-context.ts'

/** HubSpot may leave this many chunks in a row unanswered before the run ends. */
const maxStalls = 5

/** A run gives its turn up after this long to one over single records, which somebody waits for. */
const shortTurnMs = 1_000

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
  { workspaceId, runId }: { readonly workspaceId: string; readonly runId: string },
  stop: AbortSignal,
): Promise<'more' | 'done' | 'busy'> {
  return withRunLease(context.database.pool, runId, (client) =>
    withTurn(client, workspaceId, stop, async () => {
      const run = await takeUpRun(context.database.pool, { workspaceId, runId }, context.now())
      if (run === null) return 'done'
      try {
        return (await workOneChunk(context, run, stop)) ? 'done' : await leaveForNext(context, run)
      } catch (error) {
        if (error instanceof RunTakenError) return 'done'
        if (stop.aborted) return await leaveForNext(context, run)
        return await endOrRethrow(context, run, error)
      }
    }),
  )
}

/** Returns whether the run has ended. */
async function workOneChunk(context: SyncContext, run: RunState, stop: AbortSignal): Promise<boolean> {
  const started = performance.now()
  const isTurnOver = takeTurn(context, stop)
  const isTimeUp = () => isTurnOver() || (run.isWaitedFor && performance.now() - started > shortTurnMs)
  const portal = await context.openPortal(run.workspaceId)
  try {
    return await workWithPortal(context, portal, run, isTimeUp, stop)
  } finally {
    await noteCalls(context, run, portal.usage)
  }
}

async function workWithPortal(
  context: SyncContext,
  portal: HubSpotPortal,
  run: RunState,
  isTimeUp: () => boolean,
  stop: AbortSignal,
): Promise<boolean> {
  let part: RunPart | null = null
  for (;;) {
    if (run.phase === 'FINISHED') {
      await completeRun(context, run)
      return true
    }
    if (run.phase === 'PREPARING') {
      await beginRun(context, portal, run, stop)
    } else if (run.phase === 'COLLECTING_CONTACTS') {
      if (!(await collectContacts(context, portal, run, isTimeUp, stop))) return false
      await enterNextPhase(context, run)
    } else {
      const open: typeof openAccountsPart = run.phase.endsWith('_ACCOUNTS') ? openAccountsPart : openContactsPart
      const objectType = open === openAccountsPart ? 'ACCOUNT' : 'CONTACT'
      if (part?.objectType !== objectType) {
        part = await open(context, portal, run)
        // Runs that had their turn in between may have gained links.
        if (run.scope === 'RECORDS')
          run.activeLinks = await part.store.links.countActive(context.database.pool, run.workspaceId)
      }
      if (!(await workOnPart(context, run, part, isTimeUp, stop))) return false
      await enterNextPhase(context, run)
    }
  }
}

/** Returns false if `isTimeUp` ended the phase under way early. */
async function workOnPart(
  context: SyncContext,
  run: RunState,
  part: RunPart,
  isTimeUp: () => boolean,
  stop: AbortSignal,
): Promise<boolean> {
  switch (run.phase) {
    case 'SYNCING_ACCOUNTS':
    case 'SYNCING_CONTACTS':
      return syncScope(context, run, part, isTimeUp, stop)
    case 'SETTLING_ACCOUNTS':
    case 'SETTLING_CONTACTS':
      return settleDepartures(context, run, part, isTimeUp, stop)
    default:
      return retryBlocked(context, run, part, isTimeUp, stop)
  }
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
