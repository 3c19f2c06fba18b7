import type pg from 'pg'

/** The right to do some work alone, for as long as its session with PostgreSQL lives. */
export interface Lease {
  /** The session that holds the lease. It takes statements, one transaction at a time; the lease ends with it. */
  readonly client: pg.PoolClient
  /**
   * Rises with every lease that is granted, whatever its name. A row that keeps the highest number it has seen can refuse
   * a holder that lost its lease and has not noticed yet.
   */
  readonly number: bigint
  /** Aborts when the lease is lost. */
  readonly signal: AbortSignal
}

/**
 * Lets one of all processes at a time do the work of this name; the others get 'busy'. PostgreSQL drops the lease with the
 * connection, so what a killed process held is free at once.
 */
export async function withLease<T>(
  pool: pg.Pool,
  name: string,
  work: (lease: Lease) => Promise<T>,
): Promise<T | 'busy'> {
  const client = await pool.connect()
  const lost = new AbortController()
  const lose = () => lost.abort()
  client.on('error', lose)
  try {
    const { rows } = await client.query<{ number: bigint | null }>(
      `SELECT CASE WHEN pg_try_advisory_lock(hashtextextended($1, 0)) THEN nextval('lease_number') END AS number`,
      [name],
    )
    const number = rows[0]?.number ?? null
    if (number === null) return 'busy'
    try {
      return await work({ client, number, signal: lost.signal })
    } finally {
      await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(lose)
    }
  } finally {
    client.off('error', lose)
    client.release(lost.signal.aborted)
  }
}
