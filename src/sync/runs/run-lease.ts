import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { type Lease, withLease } from '../../database/lease.ts'
import { isLockTimeout } from '../../database/steady-connection.ts'

/** How long a run waits for its turn before its job gives up. Recovery then enqueues it again. */
const longestWaitMs = 60_000
/** How often a waiting run checks whether it should stop. */
const lookUpMs = 2_000

/**
 * Lets one worker at a time work on a run. The run of a killed worker is free immediately, and that of a worker that
 * was suspended or whose machine disappeared after 15 seconds. If a lease is lost unnoticed, `moveRun` still guards
 * every write.
 */
export function withRunLease<T>(
  sessions: pg.Pool,
  runId: string,
  work: (lease: Lease) => Promise<T>,
): Promise<T | 'busy'> {
  return withLease(sessions, `run:${runId}`, work)
}

/**
 * Makes runs of a workspace take turns of one chunk. A run writes what it has read from HubSpot before another run
 * reads, so a full run never overwrites a single record with older values. PostgreSQL serves waiting runs in the order
 * in which they came. Returns 'busy' if the turn does not come.
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
    // If the connection broke, the turn has already been released.
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
