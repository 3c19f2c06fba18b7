import { beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { newId } from '../../src/database/new-id.ts'
import { createTestDatabase } from '../support/test-database.ts'

const { pool, url } = await createTestDatabase()
const workspaceId = newId()
let contactId: string
let strangersId: string

beforeEach(async () => {
  contactId = await addContact(workspaceId)
  strangersId = await addContact(newId())
})

async function addContact(owner: string): Promise<string> {
  const id = newId()
  await pool.query('INSERT INTO contact (id, workspace_id) VALUES ($1, $2)', [id, owner])
  return id
}

function addHandles(contactIds: readonly string[], queryable = pool): Promise<unknown> {
  return queryable.query(
    `INSERT INTO contact_handle (workspace_id, contact_id, source, value)
     SELECT $1, id, 'EMAIL', id || '@x.example' FROM unnest($2::uuid[]) AS id`,
    [workspaceId, contactIds],
  )
}

let lastHubSpotId = 0
function addLink(ofContact: string): Promise<unknown> {
  return pool.query(
    'INSERT INTO contact_link (workspace_id, hubspot_id, contact_id, synced_at) VALUES ($1, $2, $3, now())',
    [workspaceId, ++lastHubSpotId, ofContact],
  )
}

async function countOf(table: 'contact_handle' | 'contact_link', ofContact: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ${table} WHERE contact_id = $1`,
    [ofContact],
  )
  return rows[0]?.count ?? 0
}

const refusal = (table: string) => ({ code: '23503', table, message: expect.stringContaining('does not have') })

describe('handles and links', () => {
  it('a statement is refused as a whole if one of its handles names a contact that does not exist', async () => {
    await expect(addHandles([contactId, newId()])).rejects.toMatchObject(refusal('contact_handle'))

    expect(await countOf('contact_handle', contactId)).toBe(0)
  })

  it("a handle of another workspace's contact is refused", async () => {
    await expect(addHandles([strangersId])).rejects.toMatchObject(refusal('contact_handle'))
  })

  it("a link to another workspace's contact is refused, even if it is moved there", async () => {
    await addLink(contactId)
    const move = pool.query('UPDATE contact_link SET contact_id = $1 WHERE contact_id = $2', [strangersId, contactId])

    await expect(move).rejects.toMatchObject(refusal('contact_link'))
    await expect(addLink(strangersId)).rejects.toMatchObject(refusal('contact_link'))
  })

  it('a handle is refused when it is moved to a contact that does not exist', async () => {
    await addHandles([contactId])
    const move = pool.query('UPDATE contact_handle SET contact_id = $1 WHERE contact_id = $2', [newId(), contactId])

    await expect(move).rejects.toMatchObject(refusal('contact_handle'))
  })
})

it.each(['id', 'workspace_id'])('a contact keeps its %s, which handles and links refer to', async (column) => {
  const change = pool.query(`UPDATE contact SET ${column} = $1 WHERE id = $2`, [newId(), contactId])

  await expect(change).rejects.toMatchObject({ code: '23503', message: expect.stringContaining('keeps its id') })
})

it('deleted contacts take only their own handles and links with them', async () => {
  const otherId = await addContact(workspaceId)
  await addHandles([contactId, otherId])
  for (const id of [contactId, otherId]) await addLink(id)

  await pool.query('DELETE FROM contact WHERE id = $1', [contactId])

  expect([await countOf('contact_handle', contactId), await countOf('contact_link', contactId)]).toEqual([0, 0])
  expect([await countOf('contact_handle', otherId), await countOf('contact_link', otherId)]).toEqual([1, 1])
})

it('a connection that wrote and deleted while there were few contacts still reads only those when there are many', async () => {
  const database = openDatabase(url, { connections: 1 })
  try {
    for (let time = 0; time < 10; time++) {
      const id = await addContact(workspaceId)
      await addHandles([id], database.pool)
      await database.pool.query('DELETE FROM contact WHERE id = $1', [id])
    }
    const written = await Promise.all(Array.from({ length: 50 }, () => addContact(workspaceId)))
    await pool.query(
      `WITH added AS (
         INSERT INTO contact (id, workspace_id) SELECT gen_random_uuid(), $1 FROM generate_series(1, 5000) RETURNING id)
       INSERT INTO contact_handle (workspace_id, contact_id, source, value) SELECT $1, id, 'EMAIL', id || '@x.example' FROM added`,
      [workspaceId],
    )

    await database.pool.query('BEGIN')
    await addHandles(written, database.pool)
    await database.pool.query('DELETE FROM contact WHERE id = ANY ($1::uuid[])', [written])
    const { rows } = await database.pool.query<{ read: number }>(
      'SELECT sum(idx_tup_fetch + seq_tup_read)::integer AS read FROM pg_stat_xact_user_tables',
    )
    await database.pool.query('ROLLBACK')

    // Each contact is read for its handle and for its deletion, and then its handle is read.
    expect(rows[0]?.read).toBeGreaterThanOrEqual(3 * written.length)
    expect(rows[0]?.read).toBeLessThanOrEqual(6 * written.length)
  } finally {
    await database.close()
  }
})
