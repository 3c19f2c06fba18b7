import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { shareReads } from '../../src/database/share-reads.ts'
import { runs } from '../support/runs.ts'
import { createTestDatabase } from '../support/test-database.ts'

const operations = runs(2_000, 100_000)
const clients = 20

/** A register in PostgreSQL: the value that was committed last, and the highest value of which a write has begun. */
interface Register {
  committed: number
  begun: number
}

it('a shared read returns no older value than had been committed when it was requested, and none that was not written yet', async () => {
  // given: registers that clients write and read at the same time
  const { url } = await createTestDatabase()
  const database = openDatabase(url)
  await database.pool.query('CREATE TABLE register (key text PRIMARY KEY, value integer NOT NULL)')
  await database.pool.query(`INSERT INTO register VALUES ('a', 0), ('b', 0), ('c', 0)`)
  const registers: Record<string, Register> = Object.fromEntries(
    ['a', 'b', 'c'].map((key) => [key, { committed: 0, begun: 0 }]),
  )
  let statements = 0
  const read = shareReads(async (key) => {
    statements++
    const { rows } = await database.pool.query<{ value: number }>('SELECT value FROM register WHERE key = $1', [key])
    return rows[0]?.value ?? Number.NaN
  })
  const write = async (key: string, register: Register) => {
    const value = ++register.begun
    // Writes may reach PostgreSQL in another order; the highest value stays.
    await database.pool.query('UPDATE register SET value = greatest(value, $2) WHERE key = $1', [key, value])
    register.committed = Math.max(register.committed, value)
  }
  const stale: string[] = []
  const look = async (key: string, register: Register) => {
    const { committed } = register
    const seen = await read(key)
    if (seen < committed || seen > register.begun) stale.push(`${key}: ${committed} <= ${seen} <= ${register.begun}`)
  }

  // when
  const drawn = fc.sample(
    fc.record({ key: fc.constantFrom('a', 'b', 'c'), isWrite: fc.boolean(), pause: fc.boolean() }),
    operations,
  )
  const client = async (own: typeof drawn) => {
    for (const { key, isWrite, pause } of own) {
      const register = registers[key] as Register
      await (isWrite ? write(key, register) : look(key, register))
      // Not all clients at the same pace, so that reads are requested at every stage of other reads.
      if (pause) await new Promise(setImmediate)
    }
  }
  await Promise.all(
    Array.from({ length: clients }, (_, lane) => client(drawn.filter((_, index) => index % clients === lane))),
  )
  await database.close()

  // then
  expect(stale).toEqual([])
  const reads = drawn.filter(({ isWrite }) => !isWrite).length
  expect(statements).toBeLessThan(reads)
}, 600_000)
