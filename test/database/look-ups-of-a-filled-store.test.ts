import { expect, it } from 'vitest'
import { contactStore } from '../../src/contacts/contact-store.ts'
import { openDatabase } from '../../src/database/database.ts'
import { newId } from '../../src/database/new-id.ts'
import { findExcluded } from '../../src/sync/writing/excluded-meanwhile.ts'
import { createTestDatabase } from '../support/test-database.ts'

const stored = 5_000
const asked = 50

it('B52: a connection that looked up contacts while there were none reads only what it needs when there are many', async () => {
  const { url } = await createTestDatabase()
  const database = openDatabase(url, { connections: 1 })
  try {
    const workspaceId = newId()
    const ids = Array.from({ length: asked }, (_, index) => BigInt(index + 1))
    const handles = ids.map((id) => ({ source: 'EMAIL' as const, value: `a${id}@x.example` }))
    const lookUp = async () => {
      await contactStore.load(database.pool, workspaceId, { externalIds: ids.map(String), handles })
      await contactStore.links.findUnchanged(database.pool, workspaceId, 'CONTACT', ids, ids)
      await findExcluded(database.pool, workspaceId, 'CONTACT', ids)
    }
    // From the sixth execution on, PostgreSQL may keep the plan of a prepared statement.
    for (let time = 0; time < 10; time++) await lookUp()
    await fill(database, workspaceId)

    await database.pool.query('BEGIN')
    const before = await rowsRead(database)
    await lookUp()
    const read = (await rowsRead(database)) - before
    await database.pool.query('ROLLBACK')

    // A contact is found by its id and by its handle, and comes with handle and link; then link and exclusion are read
    // again.
    expect(read).toBeGreaterThanOrEqual(asked)
    expect(read).toBeLessThanOrEqual(10 * asked)
  } finally {
    await database.close()
  }
})

async function fill({ pool }: ReturnType<typeof openDatabase>, workspaceId: string): Promise<void> {
  await pool.query(
    `INSERT INTO contact (id, workspace_id, external_id, name)
     SELECT gen_random_uuid(), $1, number::text, 'A' FROM generate_series(1, $2::integer) AS number`,
    [workspaceId, stored],
  )
  await pool.query(
    `INSERT INTO contact_handle (workspace_id, contact_id, source, value)
     SELECT workspace_id, id, 'EMAIL', 'a' || external_id || '@x.example' FROM contact WHERE workspace_id = $1`,
    [workspaceId],
  )
  await pool.query(
    `INSERT INTO contact_link (workspace_id, hubspot_id, contact_id, synced_at)
     SELECT workspace_id, external_id::bigint, id, now() FROM contact WHERE workspace_id = $1`,
    [workspaceId],
  )
}

/** By this transaction, through indexes. */
async function rowsRead({ pool }: ReturnType<typeof openDatabase>): Promise<number> {
  const { rows } = await pool.query<{ read: number }>(
    'SELECT coalesce(sum(idx_tup_fetch), 0)::integer AS read FROM pg_stat_xact_user_tables',
  )
  return rows[0]?.read ?? 0
}
