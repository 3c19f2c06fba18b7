import { expect, test } from 'vitest'
import { keptWithOwner, retentionRules } from '../../src/lifecycle/retention-rules.ts'
import { createTestDatabase } from '../support/test-database.ts'

test('every table has a rule of retention, or a reason why it does not grow without an end', async () => {
  const { pool } = await createTestDatabase()

  const { rows } = await pool.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
     WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'`,
  )

  const ruled = new Set(retentionRules.map(({ table }) => table))
  const listed = [...ruled, ...Object.keys(keptWithOwner)]
  expect(listed.sort()).toEqual(rows.map(({ name }) => name).sort())
})
