import pg from 'pg'
import { expect, test as plainTest } from 'vitest'
import { UnusableServiceError } from '../../src/config/unusable-service-error.ts'
import { checkDatabase } from '../../src/database/check-database.ts'
import { type Database, inTransaction, openDatabase, prepared } from '../../src/database/database.ts'
import { withLease } from '../../src/database/lease.ts'
import { migrate } from '../../src/database/migrate.ts'
import { createBareDatabase } from '../support/bare-database.ts'
import { cleanUp } from '../support/clean-up.ts'
import { findPgBouncer, startPgBouncer } from '../support/pgbouncer.ts'
import { temporaryFolder } from '../support/private-redis.ts'

const test = plainTest.runIf((await findPgBouncer()) !== null)
/** The usual remedy for a pooler that rejects settings. It drops them. */
const dropsOptions = 'ignore_startup_parameters = options'

async function givenPooler(mode: 'session' | 'transaction', settings: string[]) {
  const directUrl = await createBareDatabase('migrated')
  const pooler = await startPgBouncer({ ...(await temporaryFolder()), databaseUrl: directUrl, mode, settings })
  cleanUp(() => pooler.stop())
  return { url: pooler.url, directUrl }
}

function open(url: string, directUrl?: string): Database {
  const database = openDatabase(url, { directUrl, connections: 4 })
  cleanUp(() => database.close())
  return database
}

async function refusalOf(check: Promise<unknown>): Promise<string> {
  const error = await check.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(UnusableServiceError)
  return (error as Error).message
}

/** Runs the statements that the refusal names. */
async function follow(refusal: string, directUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: directUrl })
  await client.connect()
  for (const [statement] of refusal.matchAll(/ALTER ROLE [^;,]+/g)) await client.query(statement)
  await client.end()
}

test('a pooler that lends sessions for one transaction is refused, however busy it is and whomever it serves next', async () => {
  for (const order of [0, 1]) {
    const { url } = await givenPooler('transaction', [dropsOptions, `server_round_robin = ${order}`])
    const others = new pg.Pool({ connectionString: url, max: 5 })
    cleanUp(() => others.end())
    let isOver = false
    const busy = Array.from({ length: 5 }, async () => {
      while (!isOver) await others.query('SELECT pg_sleep(random() / 100)')
    })

    for (let round = 0; round < 5; round++) {
      expect(await refusalOf(checkDatabase(open(url)))).toMatch(/another session: set DATABASE_DIRECT_URL/)
    }

    isOver = true
    await Promise.all(busy)
  }
})

test('a migration refuses it too, and leaves no lock', async () => {
  const { url, directUrl } = await givenPooler('transaction', [dropsOptions])

  expect(await refusalOf(migrate(url))).toMatch(/another session: set DATABASE_DIRECT_URL/)

  expect(await migrate(directUrl)).toEqual([])
})

test('a pooler that rejects our settings is refused with what to set instead', async () => {
  const { url } = await givenPooler('transaction', [])

  for (const check of [checkDatabase(open(url)), migrate(url)]) {
    expect(await refusalOf(check)).toMatch(/rejects our settings \(.*options.*\): set DATABASE_DIRECT_URL/)
  }
})

test('a pooler that lends sessions to clients is accepted when the role has the settings that it drops', async () => {
  const { url, directUrl } = await givenPooler('session', [dropsOptions])

  const refusal = await refusalOf(checkDatabase(open(url)))
  await follow(refusal, directUrl)
  const again = await startPgBouncer({
    ...(await temporaryFolder()),
    databaseUrl: directUrl,
    mode: 'session',
    settings: [dropsOptions],
  })
  cleanUp(() => again.stop())

  expect(refusal).toMatch(
    /drops our settings: run ALTER ROLE .* SET lock_timeout = 10000; .*, and reconnect the pooler/,
  )
  expect(await checkDatabase(open(again.url))).toEqual({ newer: [] })
})

/** Two addresses as they should be: the role has our settings, and the pooler has no session from before. */
async function givenTwoAddresses() {
  const { url, directUrl } = await givenPooler('transaction', [])
  await follow(await refusalOf(checkDatabase(open(url, directUrl))), directUrl)
  const pooler = await startPgBouncer({ ...(await temporaryFolder()), databaseUrl: directUrl, mode: 'transaction' })
  cleanUp(() => pooler.stop())
  return { url: pooler.url, directUrl }
}

test('with two addresses, leases are exclusive and statements that are executed again work', async () => {
  const { url, directUrl } = await givenTwoAddresses()
  const [one, other] = [open(url, directUrl), open(url, directUrl)]

  expect(await checkDatabase(one)).toEqual({ newer: [] })
  for (let round = 0; round < 20; round++) {
    const inside = await withLease(one.sessions, 'work', () => withLease(other.sessions, 'work', async () => 'both'))
    const answers = await Promise.all(
      [one, other].flatMap(({ pool }) => [
        pool.query(prepared('SELECT $1::text AS text', ['a'])),
        inTransaction(pool, (client) => client.query(prepared('SELECT $1::text AS text', ['b']))),
      ]),
    )

    expect(inside).toBe('busy')
    expect(answers.map(({ rows }) => rows[0]?.text)).toEqual(['a', 'b', 'a', 'b'])
  }
})

test('two addresses that lead to different databases are refused', async () => {
  const { url } = await givenTwoAddresses()
  const elsewhere = await createBareDatabase('migrated')

  expect(await refusalOf(checkDatabase(open(url, elsewhere)))).toMatch(/lead to different databases/)
})
