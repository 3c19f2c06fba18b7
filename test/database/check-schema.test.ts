import { expect, test } from 'vitest'
import { UnusableServiceError } from '../../src/config/unusable-service-error.ts'
import { checkSchema } from '../../src/database/check-schema.ts'
import { openDatabase } from '../../src/database/database.ts'
import { createBareDatabase } from '../support/bare-database.ts'
import { cleanUp } from '../support/clean-up.ts'
import { startServerBeside } from '../support/graphql/start-server-beside.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'

async function open(content: 'empty' | 'migrated') {
  const { pool, close } = openDatabase(await createBareDatabase(content), { connections: 1 })
  cleanUp(close)
  return pool
}

async function refusalOf(check: Promise<unknown>): Promise<string> {
  const error = await check.then(
    () => null,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(UnusableServiceError)
  return (error as Error).message
}

test('a database without a schema is refused', async () => {
  const pool = await open('empty')

  const refusal = await refusalOf(checkSchema(pool))

  expect(refusal).toBe('The database has no schema yet: run `npm run migrate`.')
})

test('a database with an older schema is refused, and the message names the missing migration', async () => {
  const pool = await open('migrated')
  await pool.query(`DELETE FROM _prisma_migrations WHERE migration_name = '20261127130100_hub_domain'`)

  const refusal = await refusalOf(checkSchema(pool))

  expect(refusal).toMatch(/older schema and lacks the migration 20261127130100_hub_domain.*`npm run migrate`/)
})

test('a migration that was not finished counts as missing', async () => {
  const pool = await open('migrated')
  await pool.query('UPDATE _prisma_migrations SET finished_at = NULL')

  await expect(checkSchema(pool)).rejects.toThrow('no schema yet')
})

test('a database with a newer schema is accepted, and its newer migrations are named', async () => {
  const pool = await open('migrated')
  await pool.query(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('1', '1', now(), '29990101000000_later')`,
  )

  expect(await checkSchema(pool)).toEqual({ newer: ['29990101000000_later'] })
})

test('a process whose database is exchanged for an unmigrated one is no longer ready, and says why', async () => {
  const api = await startTestApi()
  const exchanged = await open('empty')
  const url = await startServerBeside(api, {
    dependencies: { database: () => checkSchema(exchanged), broker: () => api.broker.check() },
  })

  const ready = await fetch(`${url}/health/ready`)

  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({
    status: 'not ready',
    database: 'not ready',
    broker: 'ready',
    problems: { database: 'The database has no schema yet: run `npm run migrate`.' },
  })
})
