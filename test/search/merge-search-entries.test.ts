import { expect, test } from 'vitest'
import { mergeSearchEntries } from '../../src/search/merge-search-entries.ts'
import { suggestContacts } from '../../src/search/suggest-contacts.ts'
import { someMember } from '../support/some-member.ts'
import { createTestDatabase } from '../support/test-database.ts'

const { pool } = await createTestDatabase()
const viewer = someMember()
const { rows: roles } = await pool.query<{ isSuperuser: boolean }>(
  'SELECT rolsuper AS "isSuperuser" FROM pg_roles WHERE rolname = current_user',
)
// Autovacuum merges pending entries as well.
await pool.query('ALTER TABLE contact SET (autovacuum_enabled = false)')
await pool.query('ALTER TABLE contact_handle SET (autovacuum_enabled = false)')
const maySwitchRoles = roles[0]?.isSuperuser === true

async function writeContacts(name: string): Promise<void> {
  await pool.query(
    `WITH added AS (
       INSERT INTO contact (id, workspace_id, name) SELECT gen_random_uuid(), $1, $2 || ' ' || n FROM generate_series(1, 500) AS n
       RETURNING id)
     INSERT INTO contact_handle (workspace_id, contact_id, source, value)
     SELECT $1, id, 'EMAIL', id || '@example.test' FROM added`,
    [viewer.workspaceId, name],
  )
}

test('new entries are merged into the search indexes, and are found before and after (B4)', async () => {
  await writeContacts('Marigold Pereira')
  const before = await suggestContacts(pool, viewer, 'igold', 3)

  const merged = await mergeSearchEntries(pool)

  expect(merged).toBeGreaterThan(10)
  expect(await mergeSearchEntries(pool)).toBe(0)
  expect(before).toHaveLength(3)
  expect(await suggestContacts(pool, viewer, 'igold', 500)).toHaveLength(500)
})

test('only one process merges at a time', async () => {
  await writeContacts('Tamsin Okafor')
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await mergeSearchEntries(client)

    expect(await mergeSearchEntries(pool)).toBeNull()

    await client.query('COMMIT')
  } finally {
    client.release()
  }
  expect(await mergeSearchEntries(pool)).toBe(0)
})

test.skipIf(!maySwitchRoles)('a role that does not own the indexes does not merge', async () => {
  await writeContacts('Quillon Adeyemi')
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query('SET LOCAL ROLE pg_monitor')

    expect(await mergeSearchEntries(client)).toBe(0)

    await client.query('COMMIT')
  } finally {
    client.release()
  }
  expect(await mergeSearchEntries(pool)).toBeGreaterThan(10)
})
