import type pg from 'pg'

/**
 * Lets one worker at a time work on a run. PostgreSQL drops the lease with the connection, so a killed worker's run is
 * free at once; `moveRun` still guards every write, should a lease be lost unnoticed.
 */
export async function withRunLease<T>(pool: pg.Pool, runId: string, work: () => Promise<T>): Promise<T | 'busy'> {
  const client = await pool.connect()
  let broken = false
  const lose = () => {
    broken = true
  }
  client.on('error', lose)
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('run:' || $1, 0)) AS taken`,
      [runId],
    )
    if (rows[0]?.taken !== true) return 'busy'
    try {
      return await work()
    } finally {
      await client.query(`SELECT pg_advisory_unlock(hashtextextended('run:' || $1, 0))`, [runId]).catch(lose)
    }
  } finally {
    client.off('error', lose)
    client.release(broken)
  }
}
