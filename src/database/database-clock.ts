import type pg from 'pg'

/** Interval at which PostgreSQL is asked for the time again. */
const refreshMs = 60_000

/** Tells PostgreSQL's time. */
export interface DatabaseClock {
  now(): Date
  /** Asks PostgreSQL again. Rejects if that fails; the clock then continues as before. */
  refresh(): Promise<void>
}

/**
 * A clock that follows PostgreSQL's, so that all processes agree on what is due, whatever their own clocks say. Between
 * two readings, it uses the process's monotonic time, which nobody sets. Until the first reading succeeds, it tells the
 * process's own time; call `refresh` before starting anything that is due.
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
    // Treated as just taken, so that the clock is never ahead of PostgreSQL's and nothing is due early.
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
