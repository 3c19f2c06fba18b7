import type pg from 'pg'

/** PostgreSQL is asked for the time again after this long. */
const refreshMs = 60_000

/** Tells PostgreSQL's time. */
export interface DatabaseClock {
  now(): Date
  /** Asks PostgreSQL again; rejects if it cannot be asked, and then the clock goes on as it was. */
  refresh(): Promise<void>
}

/**
 * A clock that goes by PostgreSQL's, so that all processes agree on what is due, whatever their own clocks say. Between two
 * looks it goes on by the process's monotonic time, which nobody sets. It tells the process's own time until the first look
 * succeeds; call `refresh` before anything that is due is begun.
 */
export function databaseClock(pool: pg.Pool): DatabaseClock {
  let offsetMs = Date.now() - performance.now()
  let askedAt = Number.NEGATIVE_INFINITY
  const refresh = async () => {
    askedAt = performance.now()
    const { rows } = await pool.query<{ ms: number }>(
      'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
    )
    const [row] = rows
    // Taken as made just now, so that the clock is never ahead of PostgreSQL's and nothing is due early.
    if (row !== undefined) offsetMs = row.ms - performance.now()
  }
  return {
    now: () => {
      if (performance.now() - askedAt > refreshMs) refresh().catch(() => {})
      return new Date(offsetMs + performance.now())
    },
    refresh,
  }
}
