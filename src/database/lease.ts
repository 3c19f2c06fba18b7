import type pg from 'pg'
import { signOfLife } from './database.ts'
import { cutOff } from './steady-connection.ts'

/** The right to do some work alone, for as long as its session with PostgreSQL lives. */
export interface Lease {
  /** The session that holds the lease. It takes statements, one transaction at a time; the lease ends with it. */
  readonly client: pg.PoolClient
  /**
   * Rises with every lease that is granted, whatever its name. A row that keeps the highest number it has seen can refuse
   * a holder that lost its lease and has not noticed yet.
   */
  readonly number: bigint
  /** Aborts with a {@link LeaseLostError} when the lease is lost. */
  readonly signal: AbortSignal
  /**
   * Throws {@link LeaseLostError} if the lease is lost, also where this process has just been woken up and nothing else
   * has noticed yet.
   */
  requireHeld(): void
}

/** Somebody else may be at the same work by now: stop, and write nothing more of it. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError'
}

export interface LeaseOptions {
  /** A holder that PostgreSQL has not heard from for this long has lost the lease. 15 seconds unless given. */
  readonly lastsMs?: number
}

const defaultLastsMs = 15_000
/** Signs of life that may get lost or be late before the lease does. */
const signsPerLease = 5

/**
 * Lets one of all processes at a time do the work of this name; the others get 'busy'.
 *
 * The lease is an advisory lock of a session. PostgreSQL drops it when the connection breaks, so what a killed process held
 * is free at once; and it ends the session when it has not heard from it for `lastsMs`, so a process that was stopped, or
 * whose machine is gone, holds nothing for longer than that. The holder sends a sign of life every fifth of that time. It
 * regards the lease as lost when no answer has come for four fifths, before PostgreSQL can have given it to anybody else.
 */
export async function withLease<T>(
  pool: pg.Pool,
  name: string,
  work: (lease: Lease) => Promise<T>,
  { lastsMs = defaultLastsMs }: LeaseOptions = {},
): Promise<T | 'busy'> {
  const client = await pool.connect()
  const lost = new AbortController()
  const lose = () => {
    lost.abort(new LeaseLostError(`the lease "${name}" was lost`))
    // Nothing may wait for a connection that does not answer.
    cutOff(client)
  }
  client.once('error', lose)
  client.once('end', lose)
  try {
    const askedAt = performance.now()
    const number = await take(client, name, lastsMs)
    if (number === null) return 'busy'
    const pulse = keepAlive(client, { lastsMs, askedAt }, lose)
    try {
      const requireHeld = () => {
        pulse.check()
        lost.signal.throwIfAborted()
      }
      return await work({ client, number, signal: lost.signal, requireHeld })
    } finally {
      pulse.stop()
      if (!lost.signal.aborted) await giveBack(client, name).catch(lose)
    }
  } finally {
    client.off('error', lose)
    client.off('end', lose)
    client.release(lost.signal.aborted)
  }
}

/** In one statement, so that there is no moment in which a session has the lock and no end. Null if another one has it. */
async function take(client: pg.PoolClient, name: string, lastsMs: number): Promise<bigint | null> {
  const { rows } = await client.query<{ number: bigint | null }>(
    `WITH lock AS MATERIALIZED (SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken)
     SELECT nextval('lease_number') AS number, set_config('idle_session_timeout', $2, false) FROM lock WHERE taken`,
    [name, String(lastsMs)],
  )
  return rows[0]?.number ?? null
}

async function giveBack(client: pg.PoolClient, name: string): Promise<void> {
  await Promise.all([
    client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]),
    client.query('RESET idle_session_timeout'),
  ])
}

/** Sends signs of life until it is stopped, and calls `lose` once when they are not answered in time. */
function keepAlive(
  client: pg.PoolClient,
  { lastsMs, askedAt }: { readonly lastsMs: number; readonly askedAt: number },
  lose: () => void,
): { check(): void; stop(): void } {
  const everyMs = lastsMs / signsPerLease
  /** When the last thing was sent that PostgreSQL has answered. By a clock that nobody sets. */
  let heardFromAt = askedAt
  let isAsking = false
  const check = () => {
    if (performance.now() - heardFromAt < lastsMs - everyMs) return true
    lose()
    return false
  }
  const timer = setInterval(async () => {
    if (!check() || isAsking) return
    isAsking = true
    const sentAt = performance.now()
    try {
      await client.query(signOfLife)
      heardFromAt = sentAt
    } catch {
      // The connection is lost, which its event has told.
    }
    isAsking = false
  }, everyMs)
  return { check, stop: () => clearInterval(timer) }
}
