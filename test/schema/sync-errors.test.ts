import { expect, test } from 'vitest'
import type { SyncErrorFilter } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'

const Errors = graphql(`
  query Errors($filter: SyncErrorFilter) {
    syncErrors(filter: $filter, first: 10) { totalCount edges { node { hubspotId } } }
  }
`)
const OneError = graphql(`
  query OneError {
    syncErrors(first: 1) {
      edges {
        node {
          type title message resolution objectType hubspotId hubspotUrl status firstSeenAt lastSeenAt
          contact { id }
          heldBy { id externalId name hubspot { recordId } }
        }
      }
    }
  }
`)
const OpenErrorsByType = graphql(
  `query OpenErrorsByType { syncErrorSummary { type objectType title resolution count } }`,
)
const SummaryOfErrors = graphql(`
  query SummaryOfErrors($filter: SyncErrorFilter) {
    syncErrorSummary(filter: $filter) { type objectType count records properties { property count records } }
  }
`)
const ErrorsOfRun = graphql(`
  query ErrorsOfRun($id: ID!) { syncRun(id: $id) { errors(first: 5) { totalCount edges { node { type } } } } }
`)

const api = await startTestApi()

test('B47, B54: an error tells what happened, how to resolve it, and who holds the handle', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const holder = await storeContact(api.database, workspaceId, { hubspotId: 1000n, email: 'ada@example.test' })
  await storeError(api.database, workspaceId, { type: 'EMAIL_TAKEN', hubspotId: 1001n, heldByContactId: holder })

  const { data } = await api.post(OneError, {}, { token })

  expect(data?.syncErrors?.edges[0]?.node).toEqual({
    type: 'EMAIL_TAKEN',
    title: 'Emails are already taken by another contact',
    message: 'There is neither an email nor a phone.',
    resolution: expect.stringContaining('unique'),
    objectType: 'CONTACT',
    hubspotId: '1001',
    hubspotUrl: null,
    status: 'OPEN',
    firstSeenAt: '2026-11-20T10:00:00.000Z',
    lastSeenAt: '2026-11-20T10:00:00.000Z',
    contact: null,
    heldBy: { id: globalId('Contact', holder), externalId: '1000', name: 'Ada', hubspot: { recordId: '1000' } },
  })
})

test('B54: the holders of a page of errors are read in one statement', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  for (let id = 1n; id <= 5n; id++) {
    const heldByContactId = await storeContact(api.database, workspaceId, { hubspotId: id })
    await storeError(api.database, workspaceId, { hubspotId: 100n + id, heldByContactId })
  }
  const Holders = graphql(`query Holders { syncErrors(first: 10) { edges { node { heldBy { id } } } } }`)
  const statements: string[] = []
  const { pool } = api.database
  const { query } = pool
  pool.query = ((...args: unknown[]) => {
    const [statement] = args as [string | { text: string }]
    statements.push(typeof statement === 'string' ? statement : statement.text)
    return Reflect.apply(query, pool, args)
  }) as typeof query

  const { data } = await api.post(Holders, {}, { token })
  pool.query = query

  expect(data?.syncErrors?.edges.filter(({ node }) => node.heldBy !== null)).toHaveLength(5)
  expect(statements.filter((text) => text.includes('"public"."contact"') && !text.includes('sync_error'))).toHaveLength(
    1,
  )
})

test('B54: errors are filtered by type and status; by default, only open errors are returned', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  await storeError(api.database, workspaceId, { hubspotId: 1n })
  await storeError(api.database, workspaceId, { hubspotId: 2n, type: 'PHONE_TAKEN' })
  await storeError(api.database, workspaceId, { hubspotId: 3n, status: 'RESOLVED' })
  const found = async (filter?: SyncErrorFilter | null) => {
    const { data } = await api.post(Errors, { filter }, { token })
    return data?.syncErrors?.edges.map(({ node }) => node.hubspotId)
  }

  expect(await found()).toEqual(['1', '2'])
  expect(await found({})).toEqual(['1', '2'])
  expect(await found({ type: 'PHONE_TAKEN' })).toEqual(['2'])
  expect(await found({ property: 'phone' })).toEqual([])
  await storeError(api.database, workspaceId, { hubspotId: 2n, type: 'INVALID_VALUE', property: 'phone' })
  expect(await found({ property: 'phone' })).toEqual(['2'])
  expect(await found({ property: 'phone', type: 'PHONE_TAKEN' })).toEqual([])
  expect(await found({ status: 'RESOLVED' })).toEqual(['3'])
  expect(await found({ status: null })).toEqual(['1', '2', '3', '2'])
})

test('B54: open errors are counted by type, with the resolution of each type', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  await storeError(api.database, workspaceId, { hubspotId: 1n, type: 'PHONE_TAKEN' })
  await storeError(api.database, workspaceId, { hubspotId: 2n })
  await storeError(api.database, workspaceId, { hubspotId: 3n })
  await storeError(api.database, workspaceId, { hubspotId: 4n, status: 'RESOLVED' })

  const { data } = await api.post(OpenErrorsByType, {}, { token })

  expect(data?.syncErrorSummary).toMatchObject([
    {
      type: 'MISSING_HANDLE',
      objectType: 'CONTACT',
      count: 2,
      resolution: expect.stringContaining('at least one handle'),
    },
    { type: 'PHONE_TAKEN', count: 1 },
  ])
})

test('B54: the summary counts errors and their records, by type of record and by property, and can be filtered', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const store = (hubspotId: bigint, property: string, more = {}) =>
    storeError(api.database, workspaceId, { type: 'INVALID_VALUE', hubspotId, property, ...more })
  await store(1n, 'phone')
  await store(1n, 'birthday')
  await store(2n, 'phone')
  await store(1n, 'domain', { objectType: 'ACCOUNT' })
  await store(3n, 'phone', { status: 'IGNORED' })
  await storeError(api.database, workspaceId, { type: 'HUBSPOT_FIELD_NOT_FOUND', hubspotId: 0n, property: 'fax' })
  const stranger = await api.createWorkspace()
  await storeError(api.database, stranger.workspaceId)
  const summary = async (filter?: SyncErrorFilter) =>
    (await api.post(SummaryOfErrors, { filter }, { token })).data?.syncErrorSummary

  const values = {
    type: 'INVALID_VALUE',
    objectType: 'CONTACT',
    count: 3,
    records: 2,
    properties: [
      { property: 'phone', count: 2, records: 2 },
      { property: 'birthday', count: 1, records: 1 },
    ],
  }
  const fax = [{ property: 'fax', count: 1, records: 0 }]
  expect(await summary()).toEqual([
    values,
    { type: 'HUBSPOT_FIELD_NOT_FOUND', objectType: 'CONTACT', count: 1, records: 0, properties: fax },
    {
      type: 'INVALID_VALUE',
      objectType: 'ACCOUNT',
      count: 1,
      records: 1,
      properties: [{ property: 'domain', count: 1, records: 1 }],
    },
  ])
  expect(await summary({ property: 'phone', status: null })).toMatchObject([{ count: 3, records: 3 }])
  expect(await summary({ type: 'MISSING_HANDLE' })).toEqual([])
})

test('a run lists the errors that it found', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const run = await storeRun(api.database, workspaceId, { status: 'COMPLETED_WITH_ERRORS' })
  await storeError(api.database, workspaceId, { lastRunId: run.id })
  await storeError(api.database, workspaceId, { hubspotId: 2n })

  const { data } = await api.post(ErrorsOfRun, { id: globalId('SyncRun', run.id) }, { token })

  expect(data?.syncRun?.errors).toEqual({ totalCount: 1, edges: [{ node: { type: 'MISSING_HANDLE' } }] })
})

test('B54: the list and the summary select the same errors, whatever the filter', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const run = await storeRun(api.database, workspaceId)
  const store = (data: Parameters<typeof storeError>[2]) => storeError(api.database, workspaceId, data)
  await store({ hubspotId: 1n, lastRunId: run.id })
  await store({ hubspotId: 2n, type: 'INVALID_VALUE', property: 'phone' })
  await store({ hubspotId: 2n, type: 'INVALID_VALUE', property: 'fax', status: 'IGNORED' })
  await store({ hubspotId: 3n, type: 'DOMAIN_TAKEN', objectType: 'ACCOUNT', status: 'RESOLVED' })
  await store({ hubspotId: 0n, type: 'LIMIT_EXCEEDED', lastRunId: run.id })
  const filters: SyncErrorFilter[] = [
    {},
    { status: null },
    { type: 'INVALID_VALUE', status: null },
    { property: 'phone' },
    { objectType: 'ACCOUNT', status: 'RESOLVED' },
    { hubspotId: '2', status: null },
    { hubspotId: 'two' },
    { run: globalId('SyncRun', run.id) },
    { run: globalId('SyncRun', run.id), type: 'LIMIT_EXCEEDED' },
  ]

  const counts = await Promise.all(
    filters.map(async (filter) => {
      const list = await api.post(Errors, { filter }, { token })
      const summary = await api.post(SummaryOfErrors, { filter }, { token })
      const sum = summary.data?.syncErrorSummary?.reduce((total, { count }) => total + count, 0)
      return [list.data?.syncErrors?.totalCount, sum]
    }),
  )

  expect(counts).toEqual([3, 5, 2, 1, 1, 2, 0, 2, 1].map((count) => [count, count]))
})
