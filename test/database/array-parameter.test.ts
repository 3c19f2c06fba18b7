import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bigints, booleans, jsonbs, texts, uuids } from '../../src/database/array-parameter.ts'
import { runs } from '../support/runs.ts'
import { createTestDatabase } from '../support/test-database.ts'

const same = <T>(value: T): T => value
const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '').toWellFormed())
const kinds = {
  uuid: { arbitrary: fc.uuid(), encode: (values: (string | null)[]) => uuids(values, same) },
  text: { arbitrary: text, encode: (values: (string | null)[]) => texts(values, same) },
  bigint: {
    arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    encode: (values: (bigint | null)[]) => bigints(values, same),
  },
  boolean: { arbitrary: fc.boolean(), encode: (values: (boolean | null)[]) => booleans(values, same) },
}

for (const [type, { arbitrary, encode }] of Object.entries(kinds)) {
  test(`an array of ${type} arrives unchanged, including nulls and an empty array`, async () => {
    const { pool } = await createTestDatabase()

    await fc.assert(
      fc.asyncProperty(fc.array(fc.option<unknown>(arbitrary)), async (values) => {
        const sql = `SELECT value FROM unnest($1::${type}[]) WITH ORDINALITY AS row (value, place) ORDER BY place`

        const { rows } = await pool.query<{ value: unknown }>(sql, [encode(values as never)])

        expect(rows.map(({ value }) => value)).toEqual(values)
      }),
      { numRuns: runs(25, 500) },
    )
  })
}

test('an array of JSON arrives unchanged', async () => {
  const { pool } = await createTestDatabase()
  const values = [{ city: 'Kraków "z"\\', tags: ['é', null] }, [], 'text', 1.5, false]

  const { rows } = await pool.query('SELECT to_jsonb($1::jsonb[]) AS values', [
    jsonbs([...values, null], (value) => (value === null ? null : JSON.stringify(value))),
  ])

  expect(rows).toEqual([{ values: [...values, null] }])
})

test('an array of many megabytes arrives whole, and does not affect later ones', async () => {
  const { pool } = await createTestDatabase()
  const long = Array.from({ length: 40 }, (_, index) => '語'.repeat(20_000 + index))

  const { rows } = await pool.query('SELECT $1::text[] AS long, $2::text[] AS short', [
    texts(long, same),
    texts(['a'], same),
  ])

  expect(rows).toEqual([{ long, short: ['a'] }])
})

test('a text that is not a UUID is refused before it is sent', () => {
  for (const value of ['', 'x', '00000000-0000-0000-0000-00000000000g', '00000000-0000-0000-0000-0000000000000']) {
    expect(() => uuids([value], same)).toThrow(TypeError)
  }
})
