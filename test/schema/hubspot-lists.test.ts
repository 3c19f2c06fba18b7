import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const ListsToChoose = graphql(`
  query ListsToChoose($query: String, $first: Int, $after: String) {
    hubspotLists(query: $query, first: $first, after: $after) {
      totalCount
      edges { node { listId name size isDynamic } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
const PropertiesToMap = graphql(`
  query PropertiesToMap { hubspotProperties(objectType: CONTACT) { name label type fieldType options { label value } } }
`)

const simulator = await startTestSimulator({ portals: [{ contacts: 20 }] })
const api = await startTestApi({ simulator })

test('B27: contact lists are returned page by page, with what distinguishes them', async () => {
  const workspace = await api.createWorkspace()
  await api.connect(workspace)
  const page = async (after: string | null) =>
    (await api.post(ListsToChoose, { first: 2, after }, workspace)).data?.hubspotLists
  const ids: string[] = []

  for (let lists = await page(null); lists; ) {
    ids.push(...lists.edges.map(({ node }) => node.listId))
    const { hasNextPage, endCursor } = lists.pageInfo
    lists = hasNextPage ? await page(endCursor) : null
  }

  expect(ids.sort()).toEqual(['42', '43', '44'])
})

test('B27: lists are searched by name', async () => {
  const workspace = await api.createWorkspace()
  await api.connect(workspace)

  const { data } = await api.post(ListsToChoose, { query: 'all cust' }, workspace)

  expect(data?.hubspotLists).toMatchObject({
    totalCount: 1,
    edges: [{ node: { listId: '42', name: 'All customers', size: expect.any(Number) } }],
    pageInfo: { hasNextPage: false },
  })
})

test('B30: the properties to map are returned with their types and options', async () => {
  const workspace = await api.createWorkspace()
  await api.connect(workspace)

  const { data } = await api.post(PropertiesToMap, {}, workspace)

  const properties = data?.hubspotProperties ?? []
  expect(properties.find(({ name }) => name === 'firstname')).toMatchObject({ label: 'First Name', type: 'string' })
  expect(properties.find(({ name }) => name === 'lifecyclestage')?.options.length).toBeGreaterThan(0)
})

test('B15: while HubSpot is not connected, lists return a typed error, and the rest of the query is answered', async () => {
  const { token } = await api.createWorkspace()
  const WithViewer = graphql(`query WithViewer { viewer { role } hubspotLists(first: 1) { totalCount } }`)

  const { data, errors } = await api.post(WithViewer, {}, { token })

  expect(data).toEqual({ viewer: { role: 'WORKSPACE_ADMIN' }, hubspotLists: null })
  expect(errors).toMatchObject([{ path: ['hubspotLists'], extensions: { code: 'NOT_CONNECTED' } }])
})

test('a page of more than 100 lists is rejected', async () => {
  const workspace = await api.createWorkspace()
  await api.connect(workspace)

  const { errors } = await api.post(ListsToChoose, { first: 101 }, workspace)

  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }])
})

test('an unavailable HubSpot results in a typed error', async () => {
  const away = await startTestSimulator({ portals: [{ contacts: 1 }] })
  const apart = await startTestApi({ simulator: away })
  const workspace = await apart.createWorkspace()
  await apart.connect(workspace)
  away.faults.add({ kind: 'server-error' })

  const { errors } = await apart.post(ListsToChoose, { first: 1 }, workspace)

  expect(errors).toMatchObject([{ extensions: { code: 'HUBSPOT_UNAVAILABLE' } }])
})
