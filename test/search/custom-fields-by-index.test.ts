import { beforeAll, expect, test } from 'vitest'
import type { ContactFilter } from '../../src/search/contact-filter.ts'
import type { CustomFieldFilter } from '../../src/search/custom-field-filter.ts'
import { countAll, findPage, type OrderField } from '../../src/search/find-page.ts'
import { mergeSearchEntries } from '../../src/search/merge-search-entries.ts'
import { selectAccounts, selectContacts } from '../../src/search/select-records.ts'
import { explaining } from '../support/explain.ts'
import { someMember } from '../support/some-member.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const viewer = someMember()
const rows = 30_000
const few = 30

// Nearly all records of the database belong to one workspace, and all of them have a value for each field.
beforeAll(async () => {
  const values = `jsonb_build_object('code', md5(n::text), 'size', n / ${few}, 'isActive', n % 2 = 0, 'stage', 'stage ' || n % 5,
    'since', to_char(timestamp '2026-01-01' + n / ${few} * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`
  for (const table of ['contact', 'account']) {
    await database.pool.query(
      `INSERT INTO ${table} (id, workspace_id, name, custom_fields)
       SELECT gen_random_uuid(), $1, md5(n::text), ${values} FROM generate_series(0, ${rows - 1}) AS n`,
      [viewer.workspaceId],
    )
  }
  await mergeSearchEntries(database.pool)
  await database.pool.query('VACUUM ANALYZE')
})

const fields = [
  { key: 'code', type: 'STRING', options: [] },
  { key: 'stage', type: 'ENUM', options: [] },
  { key: 'size', type: 'NUMBER', options: [] },
  { key: 'isActive', type: 'BOOLEAN', options: [] },
  { key: 'since', type: 'DATETIME', options: [] },
] as const
const context = { contact: fields, account: fields, phoneRegion: 'US' }
const page = (field: OrderField) => {
  const order = { field, isDescending: false }
  return { order, after: undefined, before: undefined, size: 21, fromEnd: false }
}

const matchedByNone: [string, CustomFieldFilter][] = [
  ['text', { key: 'code', text: { eq: 'nobody has this' } }],
  ['text of a list', { key: 'code', text: { in: ['nobody has this', 'nor this'] } }],
  ['choice', { key: 'stage', text: { eq: 'stage 9' } }],
  ['number', { key: 'size', number: { eq: 7.5 } }],
  ['time', { key: 'since', datetime: { eq: new Date('2020-01-01T00:00:00Z') } }],
]

test.for(matchedByNone)('B5: a custom field with a %s that nobody has reads next to nothing', async ([, filter]) => {
  for (const field of ['ID', 'NAME', 'UPDATED_AT'] as const) {
    const { queryable, plans } = explaining(database)

    const contacts = await findPage(queryable, selectContacts(viewer, { customFields: [filter] }, context), page(field))
    const accounts = await findPage(queryable, selectAccounts(viewer, { customFields: [filter] }, context), page(field))

    expect([...contacts, ...accounts]).toEqual([])
    for (const { read, removed } of plans) expect(read + removed).toBeLessThanOrEqual(10)
  }
})

const matchedByFew: [string, CustomFieldFilter][] = [
  ['number', { key: 'size', number: { in: [7, 7.5] } }],
  ['time', { key: 'since', datetime: { eq: new Date('2026-01-01T00:00:07Z') } }],
]

test.for(matchedByFew)('B5: a custom field with a %s that few have reads those few', async ([, filter]) => {
  const { queryable, plans } = explaining(database)
  const selection = selectContacts(viewer, { customFields: [filter] }, context)

  const found = await findPage(queryable, selection, page('ID'))
  const count = await countAll(queryable, selection)

  expect(found).toHaveLength(21)
  expect(count).toBe(few)
  for (const { read, removed } of plans) expect(read + removed).toBeLessThanOrEqual(4 * few)
})

test.for<[string, ContactFilter]>([
  [
    'one filter',
    {
      customFields: [
        { key: 'isActive', boolean: { eq: true } },
        { key: 'code', text: { eq: 'no' } },
      ],
    },
  ],
  ['nested filters', { and: [{ customFields: [{ key: 'code', text: { eq: 'no' } }] }, { name: { contains: 'a' } }] }],
])('B5: what nobody has is also found quickly next to other conditions, in %s', async ([, filter]) => {
  const { queryable, plans } = explaining(database)

  const found = await findPage(queryable, selectContacts(viewer, filter, context), page('ID'))

  expect(found).toEqual([])
  for (const { read, removed } of plans) expect(read + removed).toBeLessThanOrEqual(10)
})

test('B5: a custom field with a value that half of the contacts have reads no more than a page', async () => {
  const { queryable, plans } = explaining(database)
  const filter: ContactFilter = { customFields: [{ key: 'isActive', boolean: { eq: true } }] }

  const found = await findPage(queryable, selectContacts(viewer, filter, context), page('ID'))

  expect(found).toHaveLength(21)
  for (const { read, removed } of plans) expect(read + removed).toBeLessThanOrEqual(200)
})
