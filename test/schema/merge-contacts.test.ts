import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact } from '../support/graphql/stored-rows.ts'
import { subscribe } from '../support/graphql/subscribe.ts'

const Merge = graphql(`
  mutation MergeContacts($into: ID!, $ids: [ID!]!, $key: String) {
    mergeContacts(into: $into, ids: $ids, clientMutationId: $key) {
      __typename
      ... on MergeContactsPayload { contact { id name handles { value } } deletedIds syncRun { id } }
      ... on MergeInHubSpotError { code externalIds hubspotUrls }
      ... on InvalidInputError { problems { path } }
      ... on UserError { code message }
    }
  }
`)
const Changes = graphql(`
  subscription ChangesOfMerge($filter: ContactChangeFilter, $after: String) {
    contactChanged(filter: $filter, after: $after) { kind contactId contact { name } cursor }
  }
`)

const api = await startTestApi()

async function givenContacts() {
  const workspace = await api.createWorkspace()
  const { workspaceId } = workspace
  const ada = await storeContact(api.database, workspaceId, { name: 'Ada', email: 'ada@x.example' })
  const double = await storeContact(api.database, workspaceId, { name: 'A. L.', email: 'al@x.example' })
  return { ...workspace, ada, double, into: globalId('Contact', ada), ids: [globalId('Contact', double)] }
}

test('B63: any member merges shared contacts; a repeated call with the same key returns the first result', async () => {
  const { workspaceId, into, ids } = await givenContacts()
  const { token } = await api.createUser(workspaceId, 'MEMBER')

  const first = await api.post(Merge, { into, ids, key: 'once' }, { token })

  expect(first.data?.mergeContacts).toEqual({
    __typename: 'MergeContactsPayload',
    contact: { id: into, name: 'Ada', handles: [{ value: 'ada@x.example' }, { value: 'al@x.example' }] },
    deletedIds: ids,
    syncRun: null,
  })
  expect((await api.post(Merge, { into, ids, key: 'once' }, { token })).data).toEqual(first.data)
  const again = await api.post(Merge, { into, ids }, { token })
  expect(again.data?.mergeContacts).toMatchObject({ code: 'NOT_FOUND' })
})

test('B6: subscribers learn that the remaining contact changed and that the others are gone', async () => {
  const { token, into, ids } = await givenContacts()
  const before = subscribe('WebSocket', api.url, Changes, { filter: { id: into } }, { token })
  const after = (await before.next()).value?.data?.contactChanged.cursor
  await before.return?.()

  await api.post(Merge, { into, ids }, { token })

  const stream = subscribe('WebSocket', api.url, Changes, { after }, { token })
  const seen = [(await stream.next()).value, (await stream.next()).value].map(({ data }) => data?.contactChanged)
  expect(seen).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'UPDATED', contactId: into, contact: { name: 'Ada' } }),
      expect.objectContaining({ kind: 'DELETED', contactId: ids[0], contact: null }),
    ]),
  )
  await stream.return?.()
})

test('B59, B20: contacts that follow different HubSpot contacts, and those of others, are refused with the reason', async () => {
  const { workspaceId, token, into, ids } = await givenContacts()
  const one = globalId('Contact', await storeContact(api.database, workspaceId, { hubspotId: 1n }))
  const two = globalId('Contact', await storeContact(api.database, workspaceId, { hubspotId: 2n }))
  const stranger = await givenContacts()
  const merge = async (variables: { into: string; ids: string[] }, by = token) =>
    (await api.post(Merge, variables, { token: by })).data?.mergeContacts

  expect(await merge({ into: one, ids: [two] })).toMatchObject({
    __typename: 'MergeInHubSpotError',
    code: 'MERGE_IN_HUBSPOT',
    externalIds: ['1', '2'],
    hubspotUrls: [],
  })
  expect(await merge({ into, ids: [into] })).toMatchObject({ problems: [{ path: ['ids', '0'] }] })
  expect(await merge({ into, ids: ['junk'] })).toMatchObject({ problems: [{ path: ['ids', '0'] }] })
  expect(await merge({ into, ids: [] })).toMatchObject({ problems: [{ path: ['ids'] }] })
  expect(await merge({ into, ids }, stranger.token)).toMatchObject({ code: 'NOT_FOUND' })
  expect(await merge({ into, ids: stranger.ids })).toMatchObject({ code: 'NOT_FOUND' })
  expect(await api.database.prisma.contact.count({ where: { workspaceId } })).toBe(4)
})
