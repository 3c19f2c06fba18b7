import { expect, inject, it } from 'vitest'
import { runs } from '../support/runs.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { openStage, tryMutation } from './fuzz-stage.ts'

/** PROPERTY_SEED draws other cases. SHAPES_CASE repeats a single one of them. */
const { SHAPES_CASE } = process.env
const cases = runs(60, 17_000)
const seed = inject('propertySeed')

it('B57: an answer in any odd shape either changes nothing or is reported; only what HubSpot could mean is accepted', async () => {
  const database = await createTestDatabase()
  // Nothing here has to survive a crash of PostgreSQL, and waiting for its disk is most of the cost of a case.
  await database.pool.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit TO off', current_database()); END $$`,
  )
  const names = ['FROM_LIST', 'FROM_SYNCED_ACCOUNTS', 'SINGLE_RECORDS'] as const
  const stages = await Promise.all(names.map((name) => openStage(database, name)))
  const ways = { same: 0, said: 0, believed: 0, 'not-sent': 0 }
  const found: string[] = []
  const numbers = SHAPES_CASE === undefined ? Array.from({ length: cases }, (_, n) => n) : [Number(SHAPES_CASE)]
  for (const number of numbers) {
    const index = number % names.length
    try {
      stages[index] ??= await openStage(database, names[index] ?? 'FROM_LIST')
      ways[await tryMutation(stages[index], seed, number)]++
    } catch (error) {
      found.push(String(error))
      if (found.length >= 20) break
      delete stages[index]
    }
  }

  expect(found).toEqual([])
  // Runs make the same calls each time, so nearly every changed answer reaches one.
  expect(ways['not-sent']).toBeLessThanOrEqual(numbers.length / 20)
  console.log(`${numbers.length} changed answers, seed ${seed}: ${JSON.stringify(ways)}`)
}, 0)
