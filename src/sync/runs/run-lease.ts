import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { type Lease, withLease } from '../../database/lease.ts'
import { isLockTimeout } from '../../database/steady-connection.ts'

/** So long a run may wait for its turn before its job gives up; recovery then enqueues it anew. */
const longestWaitMs = 60_000
/** How often who waits looks whether it is to stop. */
const lookUpMs = 2_000

/**
 * Lets one worker at a time work on a run. A killed worker's run is free at once, that of a worker that was stopped or whose
 * machine is gone after 15 seconds; `moveRun` still guards every write, should a lease be lost unnoticed.
 */
export function withRunLease<T>(pool: pg.Pool, runId: string, work: (lease: Lease) => Promise<T>): Promise<T | 'busy'> {
  return withLease(pool, `run:${runId}`, work)
}

/**
 * Runs of a workspace take turns, a chunk each: what a run reads of HubSpot it writes before another run reads, so a run
 * over everything never writes what it read before a single record was brought up to date. PostgreSQL serves those who
 * wait in the order in which they came. Gives 'busy' when the turn does not come.
 */
export async function withTurn<T>(
  { client, signal }: Lease,
  workspaceId: string,
  stop: AbortSignal,
  work: () => Promise<T>,
): Promise<T | 'busy'> {
  if (!(await waitForTurn(client, workspaceId, AbortSignal.any([stop, signal])))) return 'busy'
  try {
    return await work()
  } finally {
    // A connection that broke has given the turn back by itself.
    await client.query(`SELECT pg_advisory_unlock(hashtextextended('turn:' || $1, 0))`, [workspaceId]).catch(() => {})
  }
}

async function waitForTurn(client: pg.PoolClient, workspaceId: string, stop: AbortSignal): Promise<boolean> {
  const giveUpAt = performance.now() + longestWaitMs
  while (!stop.aborted && performance.now() < giveUpAt) {
    await client.query('BEGIN')
    try {
      await client.query(`SET LOCAL lock_timeout = ${lookUpMs}`)
      await client.query(`SELECT pg_advisory_lock(hashtextextended('turn:' || $1, 0))`, [workspaceId])
      await client.query('COMMIT')
      return true
    } catch (error) {
      await client.query('ROLLBACK')
      if (!isLockTimeout(error)) throw error
      await sleep(0)
    }
  }
  return false
}
