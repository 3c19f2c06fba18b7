import { expect, test } from 'vitest'
import { isResultTooLarge, ResultTooLargeError } from '../../src/database/result-bound.ts'
import { createTestDatabase } from '../support/test-database.ts'

const resultCharacters = 10_000
const { pool, prisma } = await createTestDatabase({ resultCharacters })
const rowsOf100 = "SELECT repeat('x', 100) AS text FROM generate_series(1, $1::int)"
const few = 50
const many = 200

test('a statement on the pool fails if it returns more than the limit, and the next statement works', async () => {
  const refused = pool.query(rowsOf100, [many])

  await expect(refused).rejects.toBeInstanceOf(ResultTooLargeError)
  expect((await pool.query(rowsOf100, [few])).rowCount).toBe(few)
})

test('the connection can still be used within a transaction', async () => {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const refused = client.query({ text: rowsOf100, values: [many] })
    await expect(refused).rejects.toBeInstanceOf(ResultTooLargeError)
    expect((await client.query(rowsOf100, [few])).rowCount).toBe(few)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
})

test('the limit applies to each statement separately', async () => {
  const results = await Promise.all(Array.from({ length: 10 }, () => pool.query(rowsOf100, [few])))

  expect(results.map(({ rowCount }) => rowCount)).toEqual(results.map(() => few))
})

test("the limit also applies to Prisma's statements, and values keep their types", async () => {
  const error = await prisma.$queryRawUnsafe(rowsOf100, many).catch((reason: unknown) => reason)

  expect(isResultTooLarge(error)).toBe(true)
  expect(await prisma.$queryRaw`SELECT 1::bigint AS n, now() AS at`).toEqual([{ n: 1n, at: expect.any(Date) }])
  expect((await pool.query('SELECT 1::bigint AS n')).rows).toEqual([{ n: 1n }])
})
