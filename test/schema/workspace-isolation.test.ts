import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeError, storeRun } from '../support/graphql/stored-rows.ts'

const NodeOf = graphql(`query NodeOf($id: ID!) { node(id: $id) { __typename id } }`)
const NodesOf = graphql(`query NodesOf($ids: [ID!]!) { nodes(ids: $ids) { id } }`)
const LookUps = graphql(`
  query LookUps($contact: ID!, $run: ID!) {
    contact(by: { id: $contact }) { id }
    byExternalId: contact(by: { externalId: "1001" }) { id }
    byHandle: contact(by: { handle: { source: EMAIL, value: "ada@example.test" } }) { id }
    contacts(first: 10) { totalCount edges { node { id } } }
    contactsByExternalId(externalIds: ["1001"]) { id }
    syncRun(id: $run) { id }
    syncRuns(first: 10) { edges { node { id } } }
    syncErrors(first: 10) { totalCount edges { node { id } } }
    syncErrorSummary { type }
    customFields(objectType: CONTACT) { id }
    hubspotConnection { status }
  }
`)
const CancelOf = graphql(`
  mutation CancelOf($id: ID!) { cancelSyncRun(id: $id) { __typename ... on UserError { code } } }
`)
const RevokeOf = graphql(`
  mutation RevokeOf($id: ID!) { revokeApiToken(id: $id) { __typename ... on UserError { code } } }
`)

const api = await startTestApi()

test('I2: nothing in another workspace can be found, whichever way it is requested', async () => {
  const mine = await api.createWorkspace()
  const theirs = await api.createWorkspace()
  const { workspaceId, userId } = theirs
  const contact = await storeContact(api.database, workspaceId, { hubspotId: 1001n, email: 'ada@example.test' })
  const run = await storeRun(api.database, workspaceId)
  const error = await storeError(api.database, workspaceId)
  const { token } = mine
  const ids = [
    globalId('Contact', contact),
    globalId('SyncRun', run.id),
    globalId('SyncError', error.id),
    globalId('Workspace', workspaceId),
    globalId('User', userId),
  ]

  const found = await api.post(LookUps, { contact: ids[0] ?? '', run: ids[1] ?? '' }, { token })
  const nodes = await api.post(NodesOf, { ids }, { token })

  expect(found.errors).toEqual([])
  expect(found.data).toEqual({
    contact: null,
    byExternalId: null,
    byHandle: null,
    contacts: { totalCount: 0, edges: [] },
    contactsByExternalId: [null],
    syncRun: null,
    syncRuns: { edges: [] },
    syncErrors: { totalCount: 0, edges: [] },
    syncErrorSummary: [],
    customFields: [],
    hubspotConnection: null,
  })
  expect(nodes.data?.nodes).toEqual([null, null, null, null, null])
  expect(nodes.errors).toEqual([])
})

test("another workspace's run cannot be cancelled, and another user's token cannot be revoked", async () => {
  const mine = await api.createWorkspace()
  const theirs = await api.createWorkspace()
  const run = await storeRun(api.database, theirs.workspaceId)
  const token = await api.database.prisma.apiToken.findFirstOrThrow({ where: { userId: theirs.userId } })

  const cancelled = await api.post(CancelOf, { id: globalId('SyncRun', run.id) }, mine)
  const revoked = await api.post(RevokeOf, { id: globalId('ApiToken', token.id) }, mine)

  expect(cancelled.data?.cancelSyncRun).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND' })
  expect(revoked.data?.revokeApiToken).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND' })
  const { prisma } = api.database
  expect(await prisma.syncRun.findUnique({ where: { id: run.id } })).toMatchObject({ status: 'QUEUED' })
  expect(await prisma.apiToken.findUnique({ where: { id: token.id } })).toMatchObject({ revokedAt: null })
})

test("B8: a teammate's private contact is visible to its owner only", async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const owner = await api.createUser(workspaceId, 'MEMBER')
  const contact = await storeContact(api.database, workspaceId, { privateOwnerId: owner.userId })
  const id = globalId('Contact', contact)

  const seenByAdmin = await api.post(NodeOf, { id }, { token })
  const seenByOwner = await api.post(NodeOf, { id }, owner)

  expect(seenByAdmin.data?.node).toBeNull()
  expect(seenByOwner.data?.node).toEqual({ __typename: 'Contact', id })
})

test('ids that were never issued find nothing, and mutations reject them as invalid input', async () => {
  const { token } = await api.createWorkspace()

  const unknownType = await api.post(
    NodeOf,
    { id: globalId('Secret', '01a20aca-c8f9-7289-af08-0ab22d452768') },
    { token },
  )
  const noId = await api.post(NodeOf, { id: 'nonsense' }, { token })
  const revoked = await api.post(RevokeOf, { id: 'nonsense' }, { token })

  expect(unknownType).toMatchObject({ data: { node: null }, errors: [] })
  expect(noId).toMatchObject({ data: { node: null }, errors: [] })
  expect(revoked.data?.revokeApiToken).toEqual({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' })
})

test('B62: nodes of all types are returned in the order of the ids, with null for an unknown one', async () => {
  const { token, workspaceId, userId } = await api.createWorkspace()
  const contact = await storeContact(api.database, workspaceId, { hubspotId: 1001n })
  const run = await storeRun(api.database, workspaceId)
  const ids = [
    globalId('SyncRun', run.id),
    globalId('Secret', '01a20aca-c8f9-7289-af08-0ab22d452768'),
    globalId('Contact', contact),
    globalId('Contact', '01a20aca-c8f9-7289-af08-0ab22d452768'),
    'junk',
    globalId('User', userId),
    globalId('Contact', contact),
  ]

  const { data, errors } = await api.post(NodesOf, { ids }, { token })

  expect(errors).toEqual([])
  const expected = [ids[0], null, ids[2], null, null, ids[5], ids[6]]
  expect(data?.nodes.map((node) => node?.id ?? null)).toEqual(expected)
})
