import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const Retry = graphql(`
  mutation Retry($id: ID!, $key: String) {
    retrySyncError(id: $id, clientMutationId: $key) {
      __typename
      ... on RetrySyncErrorPayload { syncRun { id scope status trigger objectType withAccounts progress { total } } }
      ... on UserError { code message }
    }
  }
`)
const LinkTo = graphql(`
  mutation LinkTo($id: ID!, $contact: ID, $account: ID, $key: String) {
    linkSyncError(id: $id, contactId: $contact, accountId: $account, clientMutationId: $key) {
      __typename
      ... on LinkSyncErrorPayload { syncRun { id scope } }
      ... on UserError { code message }
    }
  }
`)
const Ignore = graphql(`
  mutation Ignore($id: ID!) {
    ignoreSyncError(id: $id) {
      __typename
      ... on IgnoreSyncErrorPayload { syncError { id status resolvedAt } }
      ... on UserError { code message }
    }
  }
`)
const AccountErrors = graphql(`
  query AccountErrors($filter: SyncErrorFilter) {
    syncErrors(filter: $filter, first: 5) {
      edges { node { hubspotId account { name } heldBy { __typename id name externalId } heldByHubspotId } }
    }
    syncErrorSummary(filter: $filter) { type objectType count }
  }
`)
const StartOnce = graphql(`
  mutation StartOnce($key: String) { startSync(clientMutationId: $key) { ... on StartSyncPayload { syncRun { id } } ... on UserError { code } } }
`)

const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
const api = await startTestApi({ simulator })

async function givenASync() {
  const workspace = await api.createWorkspace()
  const { workspaceId } = workspace
  await api.connect(workspace)
  await api.database.prisma.syncSettings.create({
    data: { workspaceId, contactsEnabled: true, contactSource: 'FROM_LIST', listId: '42', activatedAt: new Date() },
  })
  await api.database.prisma.fieldMapping.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotProperty: 'email', target: 'EMAIL', position: 0 },
  })
  return workspace
}

test('B56: retrying returns the run over that record, and repeating the call returns the same run', async () => {
  const { workspaceId, token } = await givenASync()
  const error = await storeError(api.database, workspaceId)
  const variables = { id: globalId('SyncError', error.id), key: 'once' }

  const first = await api.post(Retry, variables, { token })
  const run = await api.database.prisma.syncRun.findFirstOrThrow({ where: { workspaceId } })
  await api.database.prisma.syncRun.update({ where: { id: run.id }, data: { status: 'COMPLETED' } })
  const again = await api.post(Retry, variables, { token })

  expect(first.data?.retrySyncError).toEqual({
    __typename: 'RetrySyncErrorPayload',
    syncRun: {
      id: globalId('SyncRun', run.id),
      scope: 'RECORDS',
      status: 'QUEUED',
      trigger: 'MANUAL',
      objectType: 'CONTACT',
      withAccounts: false,
      progress: { total: null },
    },
  })
  expect(again.data?.retrySyncError).toMatchObject({
    syncRun: { id: globalId('SyncRun', run.id), status: 'COMPLETED' },
  })
  expect(await api.database.prisma.syncRun.count({ where: { workspaceId } })).toBe(1)
})

test('B56: linking reserves the record for the contact immediately; a wrong target is returned as data', async () => {
  const { workspaceId, token } = await givenASync()
  const error = await storeError(api.database, workspaceId, { type: 'EMAIL_TAKEN' })
  const contact = await storeContact(api.database, workspaceId)
  const id = globalId('SyncError', error.id)

  const wrong = await api.post(LinkTo, { id, account: globalId('Account', uuidv7()) }, { token })
  const unknown = await api.post(LinkTo, { id, contact: globalId('Contact', uuidv7()) }, { token })
  const linked = await api.post(LinkTo, { id, contact: globalId('Contact', contact) }, { token })

  expect(wrong.data?.linkSyncError).toMatchObject({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' })
  expect(unknown.data?.linkSyncError).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' })
  expect(linked.data?.linkSyncError).toMatchObject({
    __typename: 'LinkSyncErrorPayload',
    syncRun: { scope: 'RECORDS' },
  })
  expect(await api.database.prisma.contact.findUnique({ where: { id: contact } })).toMatchObject({ externalId: '1001' })
})

test('B56: ignoring closes the error; an error of another workspace is not found', async () => {
  const { workspaceId, token } = await givenASync()
  const error = await storeError(api.database, workspaceId)
  const stranger = await givenASync()
  const id = globalId('SyncError', error.id)

  const refused = await api.post(Ignore, { id }, { token: stranger.token })
  const ignored = await api.post(Ignore, { id }, { token })

  expect(refused.data?.ignoreSyncError).toMatchObject({ code: 'NOT_FOUND' })
  expect(ignored.data?.ignoreSyncError).toEqual({
    __typename: 'IgnoreSyncErrorPayload',
    syncError: { id, status: 'IGNORED', resolvedAt: expect.any(String) },
  })
})

test('B56, B38, B15: retrying an error that cannot be retried now returns the reason', async () => {
  const { workspaceId, token } = await givenASync()
  const error = await storeError(api.database, workspaceId)
  const whole = await storeError(api.database, workspaceId, { type: 'HUBSPOT_LIST_NOT_FOUND', hubspotId: 0n })
  const retry = async (id: string) => (await api.post(Retry, { id: globalId('SyncError', id) }, { token })).data
  const { prisma } = api.database

  expect((await retry(whole.id))?.retrySyncError).toMatchObject({ code: 'SYNC_STATE' })
  await prisma.syncSettings.update({ where: { workspaceId }, data: { isPaused: true } })
  expect((await retry(error.id))?.retrySyncError).toMatchObject({
    code: 'SYNC_STATE',
    message: expect.stringContaining('paused'),
  })
  await prisma.hubSpotConnection.update({ where: { workspaceId }, data: { status: 'NEEDS_RECONNECT' } })
  expect((await retry(error.id))?.retrySyncError).toMatchObject({ code: 'NOT_CONNECTED' })
})

test('B64, B54: an error of a company names its account and the holder of the domain; errors are filtered by type, record, and run', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const { prisma } = api.database
  const [own, holder] = [uuidv7(), uuidv7()]
  await prisma.account.create({ data: { id: own, workspaceId, name: 'Own' } })
  await prisma.account.create({ data: { id: holder, workspaceId, name: 'Holder', externalId: '7' } })
  const run = await storeRun(api.database, workspaceId)
  const taken = { type: 'DOMAIN_TAKEN', objectType: 'ACCOUNT' } as const
  await storeError(api.database, workspaceId, {
    ...taken,
    hubspotId: 5n,
    accountId: own,
    heldByAccountId: holder,
    heldByHubspotId: 7n,
    lastRunId: run.id,
  })
  await storeError(api.database, workspaceId, { ...taken, hubspotId: 6n })
  await storeError(api.database, workspaceId, { hubspotId: 5n })
  const found = async (filter: Record<string, unknown>) => {
    const { data } = await api.post(AccountErrors, { filter }, { token })
    return { nodes: data?.syncErrors?.edges.map(({ node }) => node), summary: data?.syncErrorSummary }
  }

  const first = {
    hubspotId: '5',
    account: { name: 'Own' },
    heldBy: { __typename: 'Account', id: globalId('Account', holder), name: 'Holder', externalId: '7' },
    heldByHubspotId: '7',
  }
  expect(await found({ objectType: 'ACCOUNT' })).toMatchObject({
    nodes: [first, { hubspotId: '6', heldBy: null }],
    summary: [{ type: 'DOMAIN_TAKEN', objectType: 'ACCOUNT', count: 2 }],
  })
  expect((await found({ objectType: 'ACCOUNT', hubspotId: '5' })).nodes).toEqual([first])
  expect((await found({ run: globalId('SyncRun', run.id) })).nodes).toEqual([first])
  expect((await found({ hubspotId: '5' })).nodes).toHaveLength(2)
  expect((await found({ hubspotId: 'five' })).nodes).toEqual([])
})

test('B10: a start that is repeated with the same key returns the first run, even after that run has ended', async () => {
  const { workspaceId, token } = await givenASync()
  const start = async (key: string) => (await api.post(StartOnce, { key }, { token })).data?.startSync

  const first = await start('a')
  await api.database.prisma.syncRun.updateMany({ where: { workspaceId }, data: { status: 'COMPLETED' } })

  expect(await start('a')).toEqual(first)
  expect(await start('b')).not.toEqual(first)
})
