import { expect, inject, test } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { isDatabaseAway, patiently } from '../../src/database/database-away.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createCuttableLine } from '../support/cuttable-line.ts'
import { administer } from '../support/database-server.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { waitFor } from '../support/wait-for.ts'

/** A database with a connection that can be cut, and a pool of one. */
async function openCuttableDatabase() {
  const { url } = await createTestDatabase()
  const line = await createCuttableLine(url)
  const database = openDatabase(line.url, { connections: 1 })
  cleanUp(() => database.close())
  return { database, line, url }
}

type Cuttable = Awaited<ReturnType<typeof openCuttableDatabase>>

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

const ways: readonly (readonly [string, (cuttable: Cuttable, sql: string) => Promise<unknown>])[] = [
  ['the pool', ({ database }, sql) => database.pool.query(sql)],
  ['Prisma', ({ database }, sql) => database.prisma.$queryRawUnsafe(sql)],
]

const asleep = `FROM pg_stat_activity WHERE datname = $1 AND query LIKE 'SELECT 1 FROM pg_sleep%'`

/** Until the statement is in progress, nothing can happen to it. */
const untilAsleep = ({ url }: Cuttable) =>
  waitFor(async () => {
    const { rowCount } = await administer(inject('serverUrl'), `SELECT ${asleep}`, [new URL(url).pathname.slice(1)])
    return rowCount === 1
  })

/** Ends the sleeping connection. */
const wake = ({ url }: Cuttable) =>
  administer(inject('serverUrl'), `SELECT pg_terminate_backend(pid) ${asleep}`, [new URL(url).pathname.slice(1)])

const sleepLong = 'SELECT 1 FROM pg_sleep(600)'

for (const [way, ask] of ways) {
  test(`with ${way}, PostgreSQL counts as unavailable when it refuses connections`, async () => {
    const cuttable = await openCuttableDatabase()
    cuttable.line.cut()

    expect(isDatabaseAway(await failureOf(ask(cuttable, 'SELECT 1')))).toBe(true)
  })

  test(`with ${way}, PostgreSQL counts as unavailable when a connection breaks during a statement`, async () => {
    const cuttable = await openCuttableDatabase()
    const failure = failureOf(ask(cuttable, sleepLong))
    await untilAsleep(cuttable)

    cuttable.line.cut()
    // PostgreSQL itself would only notice when it tries to answer.
    await wake(cuttable)

    expect(isDatabaseAway(await failure)).toBe(true)
  })

  test(`with ${way}, PostgreSQL counts as unavailable when it ends a connection`, async () => {
    const cuttable = await openCuttableDatabase()
    const failure = failureOf(ask(cuttable, sleepLong))
    await untilAsleep(cuttable)

    await wake(cuttable)

    expect(isDatabaseAway(await failure)).toBe(true)
  })

  test(`with ${way}, a read continues when PostgreSQL is back`, async () => {
    const cuttable = await openCuttableDatabase()
    cuttable.line.cut()
    let reads = 0
    const answer = patiently(async () => {
      if (++reads === 3) cuttable.line.restore()
      return ask(cuttable, 'SELECT 1 AS one')
    }, new AbortController().signal)

    expect(JSON.stringify(await answer)).toContain('"one":1')
    expect(reads).toBeGreaterThanOrEqual(3)
  })

  test.for(['SELECT nonsense', 'SELECT 1 / 0', `SET LOCAL statement_timeout = 1; SELECT pg_sleep(5)`])(
    `with ${way}, PostgreSQL counts as available when it refuses "%s"`,
    async (sql) => {
      const cuttable = await openCuttableDatabase()

      const failure = await failureOf(patiently(() => ask(cuttable, sql), new AbortController().signal))

      expect(failure).toBeInstanceOf(Error)
      expect(isDatabaseAway(failure)).toBe(false)
    },
  )
}

test('PostgreSQL does not count as unavailable for a process that has closed its pool', async () => {
  const cuttable = await openCuttableDatabase()
  const closed = openDatabase(cuttable.url)
  await closed.close()

  expect(isDatabaseAway(await failureOf(closed.pool.query('SELECT 1')))).toBe(false)
})

test.for([
  ['PostgreSQL that takes no more connections', Object.assign(new Error('too many clients'), { code: '53300' }), true],
  ['PostgreSQL that starts', Object.assign(new Error('starting up'), { code: '57P03' }), true],
  ['several addresses', new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]), true],
  ['a wrapped error', new Error('wrapped', { cause: new Error('Connection terminated unexpectedly') }), true],
  ['an error that wraps itself', selfWrapped(), false],
  ['a dropped database', Object.assign(new Error('dropped'), { code: '57P04' }), false],
  ['no error', undefined, false],
] as const)('isDatabaseAway of %s', ([, error, isAway]) => {
  expect(isDatabaseAway(error)).toBe(isAway)
})

function selfWrapped(): Error {
  const error = new Error('circle')
  error.cause = error
  return error
}

test('a waiting read ends with the reason of its signal', async () => {
  const cuttable = await openCuttableDatabase()
  cuttable.line.cut()
  const leaving = new AbortController()
  const waiting = patiently(() => cuttable.database.pool.query('SELECT 1'), leaving.signal)

  leaving.abort(new Error('it left'))

  await expect(waiting).rejects.toThrow('it left')
})
