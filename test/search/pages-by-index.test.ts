import { beforeAll, expect, test } from 'vitest'
import { presentPosition, readChanges } from '../../src/contacts/read-changes.ts'
import type { ContactFilter } from '../../src/search/contact-filter.ts'
import { findPage, findPagesOfAccounts, type Order, type OrderField } from '../../src/search/find-page.ts'
import { selectContacts } from '../../src/search/select-records.ts'
import { explaining } from '../support/explain.ts'
import { someMember } from '../support/some-member.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const viewer = someMember()
const { workspaceId } = viewer
const accountId = crypto.randomUUID()
const rows = 50_000

beforeAll(async () => {
  const { pool } = database
  await pool.query('INSERT INTO account (id, workspace_id, name) VALUES ($1, $2, $3)', [accountId, workspaceId, 'Acme'])
  // One workspace has nearly all contacts of the database, and one account has half of them.
  await pool.query(
    `INSERT INTO contact (id, workspace_id, name, account_id, external_id, updated_at)
     SELECT gen_random_uuid(), $1, md5(n::text), CASE WHEN n % 2 = 0 THEN $2::uuid END, n::text,
       now() - n * interval '1 second'
     FROM generate_series(1, ${rows}) AS n`,
    [workspaceId, accountId],
  )
  await pool.query(
    `INSERT INTO contact_handle (workspace_id, contact_id, source, value)
     SELECT workspace_id, id, 'EMAIL', 'a' || external_id || '@example.test' FROM contact WHERE workspace_id = $1`,
    [workspaceId],
  )
  await pool.query('VACUUM ANALYZE')
})

const context = { contact: [], account: [], phoneRegion: 'US' }
const page = (field: OrderField, isDescending = false) => {
  const order: Order = { field, isDescending }
  return { order, after: undefined, before: undefined, size: 21, fromEnd: false }
}

test.for<[OrderField, boolean]>([
  ['ID', false],
  ['CREATED_AT', true],
  ['UPDATED_AT', true],
  ['NAME', false],
  ['NAME', true],
])(
  `B5: the first page by %s (descending: %s) of ${rows} contacts, and a later page, read only about a page of rows`,
  async ([field, isDescending]) => {
    const { queryable, plans } = explaining(database)
    const selection = selectContacts(viewer, {}, context)

    const first = await findPage(queryable, selection, page(field, isDescending))
    const next = await findPage(queryable, selection, { ...page(field, isDescending), after: first[10] })

    expect(next[0]).toEqual(first[11])
    for (const { read, removed } of plans) expect(read + removed).toBeLessThanOrEqual(50)
  },
)

test.for<[string, ContactFilter]>([
  ['a given handle', { handle: { value: { eq: 'A25000@example.test' } } }],
  ['given handles', { handle: { source: 'EMAIL', value: { in: ['a1@example.test', 'a25000@example.test'] } } }],
  ['a given HubSpot id', { externalId: { eq: '25000' } }],
])('B2: among many contacts, those with %s are found through an index', async ([, filter]) => {
  const { queryable, plans } = explaining(database)

  const found = await findPage(queryable, selectContacts(viewer, filter, context), page('ID'))

  expect(found.length).toBeGreaterThan(0)
  for (const { read, removed } of plans) expect(read + removed).toBeLessThanOrEqual(20)
})

test('B3: a page of contacts of an account with half of all contacts reads only about a page of rows', async () => {
  const { queryable, plans } = explaining(database)

  const pages = await findPagesOfAccounts(queryable, selectContacts(viewer, {}, context), page('ID'), [accountId])

  expect(pages.get(accountId)).toHaveLength(21)
  for (const { read, removed } of plans) expect(read + removed).toBeLessThanOrEqual(60)
})

test('B6: reading the changes since a position reads no other contacts', async () => {
  const { queryable, plans } = explaining(database)
  const position = await presentPosition(queryable, workspaceId)
  await database.pool.query(
    `UPDATE contact SET name = 'new', updated_at = change_time()
     WHERE workspace_id = $1 AND external_id = ANY ('{7,8,9}')`,
    [workspaceId],
  )

  const changes = await readChanges(queryable, workspaceId, position, { limit: 200 })

  expect(changes).toHaveLength(3)
  for (const { read, removed } of plans) expect(read + removed).toBeLessThanOrEqual(30)
})
