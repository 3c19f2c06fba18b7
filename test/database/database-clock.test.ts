import { afterEach, expect, it, vi } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { databaseClock } from '../../src/database/database-clock.ts'
import { createTestDatabase } from '../support/test-database.ts'

const DAY = 86_400_000

afterEach(() => void vi.restoreAllMocks())

it.each([
  ['ahead by 24 hours', DAY],
  ['ahead by 400 days', 400 * DAY],
  ['behind by 24 hours', -DAY],
])("B9: a process whose own clock is %s uses PostgreSQL's time", async (_name, wrongBy) => {
  const { pool } = await createTestDatabase()
  const real = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => real() + wrongBy)
  const clock = databaseClock(pool)

  await clock.refresh()
  const told = clock.now().getTime()

  const { rows } = await pool.query<{ at: Date }>('SELECT clock_timestamp() AS at')
  const after = rows[0]?.at.getTime() ?? 0
  // Times are in whole milliseconds.
  expect(after - told).toBeGreaterThanOrEqual(-1)
  expect(Math.abs(after - told)).toBeLessThan(DAY / 24)
})

it('a database that cannot be asked leaves the clock as it is', async () => {
  const { url } = await createTestDatabase()
  const database = openDatabase(url)
  const clock = databaseClock(database.pool)
  await clock.refresh()
  const before = clock.now()
  await database.close()

  await expect(clock.refresh()).rejects.toThrow()

  expect(clock.now().getTime()).toBeGreaterThanOrEqual(before.getTime())
})
