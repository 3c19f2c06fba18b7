import { expect, it } from 'vitest'
import { type AccountKeys, readAccounts } from '../../src/accounts/read-accounts.ts'
import { type ContactKeys, readContacts } from '../../src/contacts/read-contacts.ts'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { suggestContacts } from '../../src/search/suggest-contacts.ts'
import { someMember } from '../support/some-member.ts'
import { createTestDatabase } from '../support/test-database.ts'

const stored = 5_000
const asked = 50

const parts = {
  columns: ['customFields' as const],
  handles: true,
  link: true,
  account: { columns: [], domains: true, link: true },
}

it('B3: a connection that read accounts while there were none reads only what it needs when there are many', async () => {
  const { url } = await createTestDatabase()
  const database = openDatabase(url, { connections: 1 })
  const { workspaceId } = someMember()
  const read = (keys: AccountKeys) => readAccounts(database.pool, workspaceId, keys, parts.account)
  try {
    const byDomain: AccountKeys = { by: 'domain', values: [`a${stored}.example`] }
    const byExternalIds: AccountKeys = { by: 'externalId', values: numbers(asked).map(String) }
    const byId = (ids: readonly string[]): AccountKeys => ({ by: 'id', values: ids })
    for (let time = 0; time < 10; time++) {
      for (const keys of [byDomain, byExternalIds, byId(numbers(asked).map(() => crypto.randomUUID()))])
        await read(keys)
    }
    await fill(database, workspaceId)

    const ids = (await read(byExternalIds)).map(({ id }) => id)
    for (const [keys, count] of [
      [byDomain, 1],
      [byExternalIds, asked],
      [byId(ids), asked],
    ] as const) {
      const rows = await rowsReadBy(database, async () => expect(await read(keys)).toHaveLength(count))

      // The account, its domain, and its link; and what it is found by.
      expect(rows).toBeGreaterThanOrEqual(3 * count)
      expect(rows).toBeLessThanOrEqual(5 * count)
    }
  } finally {
    await database.close()
  }
})

it('B2, B62: a connection that read contacts while there were none reads only what it needs when there are many', async () => {
  const { url } = await createTestDatabase()
  const database = openDatabase(url, { connections: 1 })
  const viewer = someMember()
  const read = (keys: ContactKeys) => readContacts(database.pool, viewer, keys, parts)
  try {
    const byHandle: ContactKeys = { by: 'handle', source: 'EMAIL', value: `a${stored}@x.example` }
    const byExternalId: ContactKeys = { by: 'externalId', values: [String(stored)] }
    const byExternalIds: ContactKeys = { by: 'externalId', values: numbers(asked).map(String) }
    const byId = (ids: readonly string[]): ContactKeys => ({ by: 'id', values: ids })
    const someIds = numbers(asked).map(() => crypto.randomUUID())
    // From the sixth execution on, PostgreSQL may keep the plan of a prepared statement.
    for (let time = 0; time < 10; time++) {
      for (const keys of [byHandle, byExternalId, byExternalIds, byId(someIds.slice(1, 2)), byId(someIds)])
        await read(keys)
    }
    await fill(database, viewer.workspaceId)

    const many = await read(byExternalIds)
    const ids = many.map(({ id }) => id)
    for (const [keys, count] of [
      [byHandle, 1],
      [byExternalId, 1],
      [byId(ids.slice(1, 2)), 1],
      [byExternalIds, asked],
      [byId(ids), asked],
    ] as const) {
      const rows = await rowsReadBy(database, async () => expect(await read(keys)).toHaveLength(count))

      // The contact, its handle, its link, its account, and that account's domain and link; and what it is found by.
      expect(rows).toBeGreaterThanOrEqual(6 * count)
      expect(rows).toBeLessThanOrEqual(8 * count)
    }
  } finally {
    await database.close()
  }
})

it('B4: a connection that suggested contacts while there were none reads only what it needs when there are many', async () => {
  const { url } = await createTestDatabase()
  const database = openDatabase(url, { connections: 1 })
  const viewer = someMember()
  const suggest = (text: string) => suggestContacts(database.pool, viewer, text, 10)
  try {
    for (let time = 0; time < 10; time++) await suggest('a')
    await fill(database, viewer.workspaceId)

    const rows = await rowsReadBy(database, async () => expect(await suggest('a')).toHaveLength(10))

    expect(rows).toBe(10)
  } finally {
    await database.close()
  }
})

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

async function fill({ pool }: Database, workspaceId: string): Promise<void> {
  await pool.query(
    `INSERT INTO account (id, workspace_id, external_id)
     SELECT gen_random_uuid(), $1, number::text FROM generate_series(1, $2::integer) AS number`,
    [workspaceId, stored],
  )
  await pool.query(
    `INSERT INTO account_domain (workspace_id, account_id, domain)
     SELECT workspace_id, id, 'a' || external_id || '.example' FROM account WHERE workspace_id = $1`,
    [workspaceId],
  )
  await pool.query(
    `INSERT INTO account_link (workspace_id, hubspot_id, account_id, synced_at)
     SELECT workspace_id, external_id::bigint, id, now() FROM account WHERE workspace_id = $1`,
    [workspaceId],
  )
  await pool.query(
    `INSERT INTO contact (id, workspace_id, external_id, name, account_id)
     SELECT gen_random_uuid(), workspace_id, external_id, 'A', id FROM account WHERE workspace_id = $1`,
    [workspaceId],
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

/** The number of rows that the work reads through indexes. */
async function rowsReadBy(database: Database, work: () => Promise<void>): Promise<number> {
  await database.pool.query('BEGIN')
  const before = await rowsRead(database)
  await work()
  const rows = (await rowsRead(database)) - before
  await database.pool.query('ROLLBACK')
  return rows
}

/** By this transaction, through indexes. */
async function rowsRead({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ read: number }>(
    'SELECT coalesce(sum(idx_tup_fetch), 0)::integer AS read FROM pg_stat_xact_user_tables',
  )
  return rows[0]?.read ?? 0
}
