import type { Queryable } from '../database/database.ts'
import type { Lease } from '../database/lease.ts'
import { advanceRun } from './engine/advance-run.ts'
import { decideAfterFailure } from './engine/decide-after-failure.ts'
import { failRun, holdRun, throttleRun } from './engine/end-run.ts'
import { runPreview } from './preview/run-preview.ts'
import { leaveRun, type Run, returnRun, takeUpRun } from './runs/run.ts'
import { withRunLease, withTurn } from './runs/run-lease.ts'
import { phases, RunTakenError } from './runs/run-states.ts'
import type { SyncContext } from './sync-context.ts'

interface RunName {
  readonly workspaceId: string
  readonly runId: string
}

/**
 * Works on a run for one chunk. The chunk ends early if other runs are waiting, so that a large workspace does not
 * block a small one. `runs/run-states.ts` defines the states of a run, and docs/runs.md explains them.
 *
 * Returns 'more' if another chunk is due, 'done' if none is, and 'busy' if another worker has the run. Safe to call
 * twice and at any time: lease and checkpoint decide who may work, not the caller. Throws errors that may pass
 * (PostgreSQL unavailable); the run then stays as it was and is taken up again.
 */
export async function workOnRun(
  context: SyncContext,
  { workspaceId, runId }: RunName,
  stop: AbortSignal,
): Promise<'more' | 'done' | 'busy'> {
  const { pool, sessions } = context.database
  return withRunLease(sessions, runId, async (lease) => {
    // A preview writes nothing that another run could miss, so it does not wait for a turn.
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

/**
 * Number of turns in a row that may end without progress and without an error, as when the process dies, before the run
 * fails.
 */
const mostAttempts = 8

function stoppedAt({ attempts, phase, checkpoint }: Run): string {
  const behind = checkpoint.lastId === null ? 'at its start' : `after HubSpot record ${checkpoint.lastId}`
  const doing = `in the phase "${phases[phase].title}"`
  return `The sync was interrupted ${attempts - 1} times in a row ${doing}, ${behind}, without any progress.`
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
      // If PostgreSQL is unavailable, this fails too. `recoverRuns` then finds the run by its last sign of life.
      await returnRun(context.database.pool, run).catch(() => {})
      throw error
  }
}
