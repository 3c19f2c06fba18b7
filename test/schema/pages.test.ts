import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeContact, storeRun } from '../support/graphql/stored-rows.ts'

const PageOfContacts = graphql(`
  query PageOfContacts($first: Int, $after: String, $last: Int, $before: String) {
    contacts(first: $first, after: $after, last: $last, before: $before) {
      totalCount
      edges { cursor node { id name } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`)
const NodesOfContacts = graphql(`
  query NodesOfContacts {
    contacts(first: 10) {
      nodes { name handles { value } }
      edges { node { name handles { value } } }
    }
  }
`)
const RunStatuses = graphql(`query RunStatuses { syncRuns { edges { node { status } } } }`)

const api = await startTestApi()

async function workspaceWithContacts(names: string) {
  const workspace = await api.createWorkspace()
  for (const name of names) await storeContact(api.database, workspace.workspaceId, { name })
  const page = async (args: Parameters<typeof api.post<unknown, object>>[1]) => {
    const { data, errors } = await api.post(PageOfContacts, args, workspace)
    if (!data) throw new Error(JSON.stringify(errors))
    const { edges, pageInfo, totalCount } = data.contacts
    return { names: edges.map(({ node }) => node.name).join(''), ...pageInfo, totalCount }
  }
  return { ...workspace, page }
}

test('pages follow each other in both directions without gap or overlap', async () => {
  const { page } = await workspaceWithContacts('abcdefg')

  const first = await page({ first: 3 })
  const second = await page({ first: 3, after: first.endCursor })
  const third = await page({ first: 3, after: second.endCursor })
  const last = await page({ last: 3 })
  const before = await page({ last: 3, before: last.startCursor })

  expect(first).toMatchObject({ names: 'abc', hasPreviousPage: false, hasNextPage: true, totalCount: 7 })
  expect(second).toMatchObject({ names: 'def', hasPreviousPage: true, hasNextPage: true })
  expect(third).toMatchObject({ names: 'g', hasPreviousPage: true, hasNextPage: false })
  expect(last).toMatchObject({ names: 'efg', hasPreviousPage: true, hasNextPage: false })
  expect(before).toMatchObject({ names: 'bcd', hasPreviousPage: true, hasNextPage: true })
})

test('a page does not move while rows are added and removed, including the row of its cursor', async () => {
  const { workspaceId, page } = await workspaceWithContacts('abcd')
  const first = await page({ first: 2 })

  await api.database.prisma.contact.deleteMany({ where: { workspaceId, name: { in: ['a', 'b'] } } })
  await storeContact(api.database, workspaceId, { name: 'e' })

  expect(await page({ first: 5, after: first.endCursor })).toMatchObject({ names: 'cde', hasNextPage: false })
})

test('nodes are the nodes of the edges', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  await storeContact(api.database, workspaceId, { email: 'ada@example.test' })

  const { data } = await api.post(NodesOfContacts, {}, { token })

  expect(data?.contacts.nodes).toEqual([{ name: 'Ada', handles: [{ value: 'ada@example.test' }] }])
  expect(data?.contacts.edges.map(({ node }) => node)).toEqual(data?.contacts.nodes)
})

test('a page of size 0 is empty', async () => {
  const { page } = await workspaceWithContacts('a')

  expect(await page({ first: 0 })).toMatchObject({ names: '', endCursor: null, hasNextPage: true })
})

test.for<[args: object, argument: string]>([
  [{ first: 101 }, 'first'],
  [{ first: -1 }, 'first'],
  [{ last: 101 }, 'last'],
  [{ first: 1, last: 1 }, 'last'],
  [{ first: 1, after: 'nonsense' }, 'after'],
  [{ last: 1, before: 'nonsense' }, 'before'],
])('the arguments %j are rejected', async ([args, argument]) => {
  const { token } = await api.createWorkspace()

  const { data, errors } = await api.post(PageOfContacts, args, { token })

  expect(data).toBeNull()
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', problems: [{ path: [argument] }] } }])
})

test('runs are sorted newest first', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  for (const status of ['COMPLETED', 'FAILED', 'QUEUED'] as const) await storeRun(api.database, workspaceId, { status })

  const { data } = await api.post(RunStatuses, {}, { token })

  expect(data?.syncRuns.edges.map(({ node }) => node.status)).toEqual(['QUEUED', 'FAILED', 'COMPLETED'])
})
