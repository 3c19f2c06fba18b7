import { expect, test } from 'vitest'
import { inTransaction, type Queryable, together } from '../../src/database/database.ts'
import { createTestDatabase } from '../support/test-database.ts'

const add = (client: Queryable, value: string) => client.query('INSERT INTO word (value) VALUES ($1)', [value])

test('statements that are given together are executed in that order, and answered in that order', async () => {
  const { pool } = await createTestDatabase()
  await pool.query('CREATE TABLE word (place serial, value text)')

  const [, found] = await inTransaction(pool, (client) =>
    together([
      together([add(client, 'a'), add(client, 'b')]),
      client.query<{ value: string }>('SELECT value FROM word ORDER BY place'),
      add(client, 'c'),
    ]),
  )

  expect(found.rows.map((row) => row.value)).toEqual(['a', 'b'])
  expect((await pool.query('SELECT value FROM word ORDER BY place')).rows).toEqual(
    ['a', 'b', 'c'].map((value) => ({ value })),
  )
})

test('if one fails, its own error is thrown, however deeply nested, and nothing is written', async () => {
  const { pool } = await createTestDatabase()
  await pool.query('CREATE TABLE word (value text UNIQUE)')

  const failing = inTransaction(pool, (client) =>
    together([
      add(client, 'a'),
      together([together([add(client, 'a')])]),
      // These fail as well, only because the transaction has failed by then.
      add(client, 'b'),
      client.query('SELECT 1'),
    ]),
  )

  await expect(failing).rejects.toMatchObject({ code: '23505' })
  expect((await pool.query('SELECT FROM word')).rowCount).toBe(0)
})
