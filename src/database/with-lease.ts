import type pg from 'pg'

/**
 * Lets one of all processes at a time do the work of this name; the others get 'busy'. PostgreSQL drops the lease with the
 * connection, so what a killed process held is free at once.
 */
export async function withLease<T>(
  pool: pg.Pool,
  name: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T | 'busy'> {
  const client = await pool.connect()
  let broken = false
  const lose = () => {
    broken = true
  }
  client.on('error', lose)
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [name],
    )
    if (rows[0]?.taken !== true) return 'busy'
    try {
      return await work(client)
    } finally {
      await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(lose)
    }
  } finally {
    client.off('error', lose)
    client.release(broken)
  }
}
