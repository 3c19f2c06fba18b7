import { beforeAll, expect, test } from 'vitest'
import { suggestContacts } from '../../src/search/suggest-contacts.ts'
import { explaining } from '../support/explain.ts'
import { someMember } from '../support/some-member.ts'
import { createTestDatabase } from '../support/test-database.ts'

const database = await createTestDatabase()
const viewer = someMember()
const strangers = crypto.randomUUID()

beforeAll(async () => {
  // 100,000 contacts in this workspace and as many in another one, with various names and addresses.
  for (const workspaceId of [viewer.workspaceId, strangers]) {
    await database.pool.query(
      `INSERT INTO contact (id, workspace_id, name)
       SELECT gen_random_uuid(), $1, initcap(substr(md5(n::text), 1, 6)) || ' ' || initcap(substr(md5((n / 7)::text), 7, 8))
       FROM generate_series(1, 100000) AS n`,
      [workspaceId],
    )
    await database.pool.query(
      `INSERT INTO contact_handle (workspace_id, contact_id, source, value)
       SELECT workspace_id, id, 'EMAIL', replace(lower(name), ' ', '.') || substr(id::text, 1, 8) || '@example.test'
       FROM contact WHERE workspace_id = $1`,
      [workspaceId],
    )
  }
  await store('Zoë Quixley', 'zoe@quixley.test')
  await store('Quixley Bros', 'hello@bros.test')
  await store('Anna Quixley', '+14155550199')
  await store('Ben Miller', 'quixley.ben@work.test')
  await store('Mequixley', null)
  await store('José Ñandú', 'jn@birds.test')
  await store('Cara Smith', 'cara@mequixley.test')
  await store('Private Quixley', 'mine@quixley.test', viewer.userId)
  await store('Hidden Quixley', 'theirs@quixley.test', crypto.randomUUID())
  await database.pool.query('VACUUM ANALYZE contact')
  await database.pool.query('VACUUM ANALYZE contact_handle')
})

async function store(name: string, handle: string | null, privateOwnerId: string | null = null) {
  const id = crypto.randomUUID()
  const { workspaceId } = viewer
  await database.pool.query('INSERT INTO contact (id, workspace_id, name, private_owner_id) VALUES ($1, $2, $3, $4)', [
    id,
    workspaceId,
    name,
    privateOwnerId,
  ])
  if (handle === null) return
  await database.pool.query(
    'INSERT INTO contact_handle (workspace_id, contact_id, source, value, is_private) VALUES ($1, $2, $3, $4, $5)',
    [workspaceId, id, handle.includes('@') ? 'EMAIL' : 'PHONE', handle, privateOwnerId !== null],
  )
}

async function suggest(query: string, first = 10) {
  const ids = await suggestContacts(database.pool, viewer, query, first)
  const { rows } = await database.pool.query<{ id: string; name: string }>(
    'SELECT id, name FROM contact WHERE id = ANY ($1)',
    [ids],
  )
  return ids.map((id) => rows.find((row) => row.id === id)?.name)
}

test('B4: names that start with the text come first, then later words of names and handles that start with it, then names and handles that contain it', async () => {
  expect(await suggest('quixley')).toEqual([
    'Quixley Bros',
    'Anna Quixley',
    'Private Quixley',
    'Zoë Quixley',
    'Ben Miller',
    'Mequixley',
    'Cara Smith',
  ])
  expect(await suggest('QUIXLEY', 2)).toEqual(['Quixley Bros', 'Anna Quixley'])
})

test('B4: a complete handle finds its contact, in any notation', async () => {
  expect((await suggest('Zoe@Quixley.test'))[0]).toBe('Zoë Quixley')
  expect((await suggest('(415) 555-0199'))[0]).toBe('Anna Quixley')
  expect(await suggest('555-0199')).toEqual(['Anna Quixley'])
})

test('B4, B8: a private contact is suggested to its owner only', async () => {
  expect(await suggest('theirs@quix')).toEqual([])
  expect(await suggest('mine@quix')).toEqual(['Private Quixley'])
  expect(await suggest('Hidden')).toEqual([])
})

test.for(['', '  ', '%', '_uix', 'quix\\', 'nobody at all', '\0'])('B4: %j suggests nobody', async (query) => {
  expect(await suggest(query)).toEqual([])
})

test.for(['nandu', 'ÑANDÚ', 'Jose', 'jose\u0301 n', 'ñan', 'andú'])(
  'B4: %j suggests José Ñandú, with or without the accents of the name',
  async (query) => {
    expect(await suggest(query)).toContain('José Ñandú')
  },
)

test('B4: one or two characters only match the start', async () => {
  expect(await suggest('qu', 3)).toEqual(['Quixley Bros', 'Anna Quixley', 'Private Quixley'])
  expect(await suggest('z', 1)).toEqual(['Zoë Quixley'])
})

test('B4: digits suggest phone numbers before emails that contain them', async () => {
  await store('By email', '000.6666666@numbers.test')
  await store('By phone', '+14156666666')

  expect(await suggest('666 6666')).toEqual(['By phone', 'By email'])
  expect(await suggest('6666666')).toEqual(['By phone', 'By email'])
  expect(await suggest('6666666', 1)).toEqual(['By phone'])
})

test.for(['example', 'test', '@example.'])(
  'B4: what nearly every handle contains, such as "%s", is suggested without reading all of them',
  async (query) => {
    const { queryable, plans } = explaining(database)

    const ids = await suggestContacts(queryable, viewer, query, 10)

    expect(ids).toHaveLength(10)
    const read = plans.reduce((sum, plan) => sum + plan.read + plan.removed, 0)
    expect(read).toBeLessThan(10_000)
  },
)

test.for(['a', 'ab', 'abc', 'abc1', 'a.b', 'quixley', 'example', '2f', 'zoe@quixley.test', '555-0199'])(
  'B4: among 100,000 contacts, the suggestions for "%s" are found through indexes',
  async (query) => {
    const { queryable, plans } = explaining(database)

    await suggestContacts(queryable, viewer, query, 10)

    expect(plans.length).toBeGreaterThan(0)
    for (const plan of plans) {
      expect(plan.removed).toBeLessThan(20_000)
      expect(plan.scans).not.toContain('Seq Scan')
    }
  },
)

test.for(['quixley', 'zoe@quixley.test', 'nobody at all'])(
  'B4: the rare text "%s" takes three statements',
  async (query) => {
    const { queryable, plans } = explaining(database)

    await suggestContacts(queryable, viewer, query, 10)

    expect(plans.length).toBeLessThanOrEqual(3)
  },
)
