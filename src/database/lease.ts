import type pg from 'pg'
import { signOfLife } from './database.ts'
import { cutOff } from './steady-connection.ts'

/** The exclusive right to do some work, for as long as its PostgreSQL session lives. */
export interface Lease {
  /** The session that holds the lease. It accepts statements, one transaction at a time. The lease ends with it. */
  readonly client: pg.PoolClient
  /**
   * Rises with every lease that is granted, whatever its name. A row that stores the highest number it has seen can
   * refuse a holder that lost its lease and has not noticed yet.
   */
  readonly number: bigint
  /** Aborts with a {@link LeaseLostError} when the lease is lost. */
  readonly signal: AbortSignal
  /**
   * Throws {@link LeaseLostError} if the lease is lost, even if this process has just been resumed and nothing else has
   * noticed yet.
   */
  requireHeld(): void
}

/** Another process may be doing the same work by now: stop, and write nothing more. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError'
}

export interface LeaseOptions {
  /** A holder that PostgreSQL has not heard from for this long has lost the lease. Default 15 seconds. */
  readonly lastsMs?: number
}

const defaultLastsMs = 15_000
/** Signs of life that may be lost or late before the lease is lost. */
const signsPerLease = 5
/** Time for the work to end by itself after its lease was lost. */
const graceMs = 5_000

/**
 * Lets a single process at a time do the work with this name. Others get 'busy'.
 *
 * The lease is an advisory lock of a session. PostgreSQL drops it when the connection breaks, so the lease of a killed
 * process is free immediately. It also ends a session that it has not heard from for `lastsMs`, so a process that was
 * suspended, or whose machine disappeared, holds nothing for longer than that. The holder sends a sign of life every
 * fifth of that time. It regards the lease as lost if no answer has come for four fifths, before PostgreSQL can have
 * given it to another process.
 *
 * Throws LeaseLostError if the work does not end within 5 seconds after that, because it waits for a server that does
 * not answer. The work then continues unattended, and the numbers of later leases prevent it from writing.
 */
export async function withLease<T>(
  sessions: pg.Pool,
  name: string,
  work: (lease: Lease) => Promise<T>,
  { lastsMs = defaultLastsMs }: LeaseOptions = {},
): Promise<T | 'busy'> {
  const client = await sessions.connect()
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
      return await unlessAbandoned(work({ client, number, signal: lost.signal, requireHeld }), lost.signal)
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

async function unlessAbandoned<T>(working: Promise<T>, lost: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const abandoned = new Promise<never>((_, reject) => {
    lost.addEventListener('abort', () => {
      timer = setTimeout(() => reject(lost.reason), graceMs)
    })
  })
  try {
    return await Promise.race([working, abandoned])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * In a single statement, so that there is no moment in which a session has the lock but no timeout. Null if another
 * session has it.
 */
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

/** Sends signs of life until it is stopped. Calls `lose` once if they are not answered in time. */
function keepAlive(
  client: pg.PoolClient,
  { lastsMs, askedAt }: { readonly lastsMs: number; readonly askedAt: number },
  lose: () => void,
): { check(): void; stop(): void } {
  const everyMs = lastsMs / signsPerLease
  /** Time at which the last message was sent that PostgreSQL has answered, by a clock that nobody sets. */
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
      // The connection is lost, and its event has reported that.
    }
    isAsking = false
  }, everyMs)
  return { check, stop: () => clearInterval(timer) }
}
