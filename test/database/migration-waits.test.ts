import pg from 'pg'
import { expect, it } from 'vitest'
import { startScript } from '../../embedded/processes.ts'
import { migrate } from '../../src/database/migrate.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { waitFor } from '../support/wait-for.ts'

it("I8: a migration reports that it waits for another one, and takes over if that one's process was suspended", async () => {
  // given: a process that has the lock and waits for its first table
  const database = await createTestDatabase()
  const gate = new pg.Client({ connectionString: database.url })
  gate.on('error', () => {})
  await gate.connect()
  cleanUp(() => gate.end())
  await gate.query('BEGIN')
  await gate.query('LOCK TABLE _prisma_migrations')
  const stopped = await startScript('src/migrate.ts', { DATABASE_URL: database.url })
  cleanUp(() => stopped.stop('SIGKILL'))
  const isWaiting = async () => {
    const { rowCount } = await database.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    return rowCount !== 0
  }
  await waitFor(isWaiting, { timeoutMs: 60_000 })

  // when
  process.kill(stopped.pid, 'SIGSTOP')
  const said: string[] = []
  const migrating = migrate(database.url, { say: (line) => said.push(line) })
  await waitFor(() => said.length > 0, { timeoutMs: 60_000 })
  await gate.query('COMMIT')

  // then
  expect(await migrating).toEqual([])
  expect(said[0]).toMatch(/^Waiting for another migration to end: process \d+ of PostgreSQL/)
}, 120_000)
