import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError } from '../support/graphql/stored-rows.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const RetryMany = graphql(`
  mutation RetryMany($filter: SyncErrorFilter!, $key: String) {
    retrySyncErrors(filter: $filter, clientMutationId: $key) {
      __typename
      ... on RetrySyncErrorsPayload {
        affected
        records
        skipped
        skippedErrors { reason message syncError { id } }
        syncRuns { id scope status trigger objectType }
      }
      ... on UserError { code message }
    }
  }
`)
const IgnoreMany = graphql(`
  mutation IgnoreMany($filter: SyncErrorFilter!, $key: String) {
    ignoreSyncErrors(filter: $filter, clientMutationId: $key) {
      __typename
      ... on IgnoreSyncErrorsPayload { affected records skipped skippedErrors { reason } }
      ... on UserError { code message }
    }
  }
`)

const LinkMany = graphql(`
  mutation LinkErrors($links: [SyncErrorLinkInput!]!, $key: String) {
    linkSyncErrors(links: $links, clientMutationId: $key) {
      __typename
      ... on LinkSyncErrorsPayload {
        affected
        records
        skipped
        skippedErrors { reason message syncError { id } heldBy { __typename id } }
        syncRuns { scope objectType }
      }
      ... on InvalidInputError { problems { path } }
      ... on UserError { code }
    }
  }
`)

const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
const api = await startTestApi({ simulator })

async function givenErrors() {
  const workspace = await api.createWorkspace()
  const { workspaceId } = workspace
  await api.connect(workspace)
  await api.database.prisma.syncSettings.create({
    data: {
      workspaceId,
      contactsEnabled: true,
      contactSource: 'FROM_LIST',
      listId: '42',
      activatedAt: new Date(),
      mappings: { create: [{ objectType: 'CONTACT', hubspotProperty: 'email', target: 'EMAIL', position: 0 }] },
    },
  })
  await storeError(api.database, workspaceId, { hubspotId: 1n })
  await storeError(api.database, workspaceId, { hubspotId: 2n })
  await storeError(api.database, workspaceId, { hubspotId: 2n, type: 'INVALID_VALUE', property: 'phone' })
  const whole = await storeError(api.database, workspaceId, { hubspotId: 0n, type: 'LIMIT_EXCEEDED' })
  return { ...workspace, whole: globalId('SyncError', whole.id) }
}

test('B56: an empty filter retries all open errors, in one run, and says what was skipped and why', async () => {
  const { workspaceId, token, whole } = await givenErrors()

  const { data } = await api.post(RetryMany, { filter: {} }, { token })

  const run = await api.database.prisma.syncRun.findFirstOrThrow({ where: { workspaceId } })
  const members = await api.database.prisma.syncRunMember.findMany({ where: { runId: run.id } })
  expect(members.map(({ hubspotId }) => hubspotId)).toEqual([1n, 2n])
  expect(data?.retrySyncErrors).toEqual({
    __typename: 'RetrySyncErrorsPayload',
    affected: 3,
    records: 2,
    skipped: 1,
    skippedErrors: [
      { reason: 'NOT_A_RECORD', message: expect.stringContaining('startSync'), syncError: { id: whole } },
    ],
    syncRuns: [
      {
        id: globalId('SyncRun', run.id),
        scope: 'RECORDS',
        status: 'QUEUED',
        trigger: 'MANUAL',
        objectType: 'CONTACT',
      },
    ],
  })
})

test('B56: a repeated call with the same key returns the first result, although nothing is left to do', async () => {
  const { workspaceId, token } = await givenErrors()
  const ignore = async (key?: string) =>
    (await api.post(IgnoreMany, { filter: { property: 'phone' }, key }, { token })).data?.ignoreSyncErrors

  const first = await ignore('once')

  expect(first).toMatchObject({ affected: 1, records: 1, skipped: 0 })
  expect(await ignore('once')).toEqual(first)
  expect(await ignore()).toMatchObject({ affected: 0, records: 0 })
  expect(await api.database.prisma.syncError.count({ where: { workspaceId, status: 'IGNORED' } })).toBe(2)

  const retry = { filter: { status: 'IGNORED' }, key: 'again' } as const
  const retried = (await api.post(RetryMany, retry, { token })).data
  expect(retried?.retrySyncErrors).toMatchObject({ affected: 2, records: 1 })
  expect((await api.post(RetryMany, retry, { token })).data).toEqual(retried)
})

test('a filter is required, and a null in it is a mistake', async () => {
  const { workspaceId, token } = await givenErrors()

  const missing = await api.post(IgnoreMany, {} as never, { token })
  const { data } = await api.post(IgnoreMany, { filter: { property: null } }, { token })

  expect(missing.errors[0]?.message).toContain('filter')
  expect(data?.ignoreSyncErrors).toMatchObject({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' })
  expect(await api.database.prisma.syncError.count({ where: { workspaceId, status: 'IGNORED' } })).toBe(0)
})

test('B19 B20: members cannot fix errors, and nobody fixes those of another workspace', async () => {
  const { workspaceId } = await givenErrors()
  const member = await api.createUser(workspaceId, 'MEMBER')
  const stranger = await givenErrors()

  const refused = await api.post(IgnoreMany, { filter: {} }, { token: member.token })
  const theirs = await api.post(IgnoreMany, { filter: {} }, { token: stranger.token })

  expect(refused.data?.ignoreSyncErrors).toMatchObject({ code: 'FORBIDDEN' })
  expect(theirs.data?.ignoreSyncErrors).toMatchObject({ affected: 3 })
  expect(await api.database.prisma.syncError.count({ where: { workspaceId, status: 'OPEN' } })).toBe(4)
})

test('B47, B56: links are made or skipped with the reason, and the contact that has the handle', async () => {
  const { workspaceId, token } = await givenErrors()
  const holder = await storeContact(api.database, workspaceId, { email: 'taken@x.example' })
  const free = await storeContact(api.database, workspaceId)
  const store = async (hubspotId: bigint, value: string) => {
    const details = {
      kind: 'handle-taken',
      handles: [{ source: 'EMAIL', value, heldById: holder, heldByHubspotId: null }],
    }
    return globalId(
      'SyncError',
      (await storeError(api.database, workspaceId, { type: 'EMAIL_TAKEN', hubspotId, details })).id,
    )
  }
  const [taken, gone] = [await store(11n, 'taken@x.example'), await store(12n, 'gone@x.example')]
  const links = [
    { error: taken, contact: globalId('Contact', free) },
    { error: gone, contact: globalId('Contact', free) },
  ]

  const { data } = await api.post(LinkMany, { links, key: 'once' }, { token })

  expect(data?.linkSyncErrors).toEqual({
    __typename: 'LinkSyncErrorsPayload',
    affected: 1,
    records: 1,
    skipped: 1,
    skippedErrors: [
      {
        reason: 'HANDLE_TAKEN',
        message: expect.stringContaining('handle'),
        syncError: { id: taken },
        heldBy: { __typename: 'Contact', id: globalId('Contact', holder) },
      },
    ],
    syncRuns: [{ scope: 'RECORDS', objectType: 'CONTACT' }],
  })
  expect(await api.database.prisma.contact.findUnique({ where: { id: free } })).toMatchObject({ externalId: '12' })
  expect((await api.post(LinkMany, { links, key: 'once' }, { token })).data).toEqual(data)
  const malformed = await api.post(LinkMany, { links: [{ error: 'junk' }] }, { token })
  expect(malformed.data?.linkSyncErrors).toMatchObject({ problems: [{ path: ['links', '0', 'error'] }] })
})
