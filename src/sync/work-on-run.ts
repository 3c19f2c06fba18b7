import type { Queryable } from '../database/database.ts'
import type { Lease } from '../database/lease.ts'
import { advanceRun } from './engine/advance-run.ts'
import { decideAfterFailure } from './engine/decide-after-failure.ts'
import { failRun, holdRun, throttleRun } from './engine/end-run.ts'
import { runPreview } from './preview/run-preview.ts'
import { leaveRun, type Run, returnRun, takeUpRun } from './runs/run.ts'
import { withRunLease, withTurn } from './runs/run-lease.ts'
import { RunTakenError } from './runs/run-states.ts'
import type { SyncContext } from './sync-context.ts'

interface RunName {
  readonly workspaceId: string
  readonly runId: string
}

/**
 * Works on a run for one chunk, which ends early once others wait, so that a large workspace does not keep a small one
 * waiting. `runs/run-states.ts` has the states that a run goes through, docs/runs.md says what each means.
 *
 * Returns 'more' when another chunk is due, 'done' when none is, and 'busy' when another worker has the run. Safe to call
 * twice and at any time: who may work is decided by lease and checkpoint, not by the caller. Throws what may pass
 * (PostgreSQL away); the run then stays as it was, to be taken up again.
 */
export async function workOnRun(
  context: SyncContext,
  { workspaceId, runId }: RunName,
  stop: AbortSignal,
): Promise<'more' | 'done' | 'busy'> {
  const { pool } = context.database
  return withRunLease(pool, runId, async (lease) => {
    // A preview writes nothing that another run could miss, and so waits for no turn.
    const signal = AbortSignal.any([stop, lease.signal])
    const name = { workspaceId, runId }
    if (await isPreview(pool, name)) return takeUp(context, name, lease, signal, runPreview)
    return withTurn(lease, workspaceId, stop, () => takeUp(context, name, lease, signal, advanceRun))
  })
}

async function isPreview(queryable: Queryable, { workspaceId, runId }: RunName): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `SELECT FROM sync_run WHERE id = $1 AND workspace_id = $2 AND scope = 'PREVIEW'`,
    [runId, workspaceId],
  )
  return rowCount === 1
}

/** `work` returns true if the run has ended. */
async function takeUp(
  context: SyncContext,
  name: RunName,
  lease: Lease,
  stop: AbortSignal,
  work: (context: SyncContext, run: Run, stop: AbortSignal) => Promise<boolean>,
): Promise<'more' | 'done'> {
  const run = await takeUpRun(context.database.pool, name, lease.number, context.now())
  if (run === null) return 'done'
  if (run.attempts > mostAttempts) {
    await failRun(context, run, 'NOT_PROCESSABLE', stoppedAt(run))
    return 'done'
  }
  try {
    return (await work(context, run, stop)) ? 'done' : await leaveForNext(context, run)
  } catch (error) {
    if (error instanceof RunTakenError) return 'done'
    if (stop.aborted) return await leaveForNext(context, run)
    return await follow(context, run, error)
  }
}

/** So many turns in a row may end without a step forward and without a word, as when the process dies, before the run does. */
const mostAttempts = 8

function stoppedAt({ attempts, phase, checkpoint }: Run): string {
  const behind = checkpoint.lastId === null ? 'at its start' : `after HubSpot record ${checkpoint.lastId}`
  return `The sync was interrupted ${attempts - 1} times in a row in the phase ${phase}, ${behind}, without any progress.`
}

async function leaveForNext(context: SyncContext, run: Run): Promise<'more' | 'done'> {
  return (await leaveRun(context.database.pool, run, context.now())) ? 'more' : 'done'
}

async function follow(context: SyncContext, run: Run, error: unknown): Promise<'done'> {
  const silentForMs = run.silentSince === null ? 0 : context.now().getTime() - run.silentSince.getTime()
  const decision = decideAfterFailure(error, silentForMs)
  switch (decision.kind) {
    case 'hold':
      await holdRun(context, run, decision.reason)
      return 'done'
    case 'wait':
      await throttleRun(context, run, decision)
      return 'done'
    case 'fail':
      await failRun(context, run, decision.type, decision.message)
      return 'done'
    case 'repeat':
      // PostgreSQL may be what is away; then the run is found by its last sign of life.
      await returnRun(context.database.pool, run).catch(() => {})
      throw error
  }
}
