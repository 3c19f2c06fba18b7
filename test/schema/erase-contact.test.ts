import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact } from '../support/graphql/stored-rows.ts'

const Erase = graphql(`
  mutation EraseContact($by: EraseContactBy!) {
    eraseContact(by: $by) {
      __typename
      ... on EraseContactPayload {
        externalIds
        contacts { name externalId handles { value } links customFields { value } hubspot { state } }
      }
      ... on UserError { code }
    }
  }
`)

const api = await startTestApi()

async function givenContact() {
  const workspace = await api.createWorkspace()
  const { workspaceId, token } = workspace
  const id = await storeContact(api.database, workspaceId, { name: 'Zebedee', hubspotId: 101n, email: 'z@x.example' })
  return { workspaceId, token, id, by: { id: globalId('Contact', id) } }
}

test('B61: an admin erases a person by the contact or by its HubSpot id', async () => {
  const { workspaceId, token, by } = await givenContact()

  const { data } = await api.post(Erase, { by }, { token })

  expect(data?.eraseContact).toEqual({
    __typename: 'EraseContactPayload',
    externalIds: ['101'],
    contacts: [
      { name: '', externalId: '101', handles: [], links: [], customFields: [], hubspot: { state: 'SOURCE_DELETED' } },
    ],
  })
  expect(await api.database.prisma.hubSpotExclusion.findMany({ where: { workspaceId } })).toMatchObject([
    { objectType: 'CONTACT', hubspotId: 101n },
  ])
  const again = await api.post(Erase, { by: { externalId: '101' } }, { token })
  expect(again.data?.eraseContact).toMatchObject({ externalIds: ['101'], contacts: [{ name: '' }] })
})

test('B61: a HubSpot id that is not in the store is excluded from now on', async () => {
  const { token, by } = await givenContact()
  const { data } = await api.post(Erase, { by: { externalId: '777' } }, { token })
  expect(data?.eraseContact).toMatchObject({ externalIds: ['777'], contacts: [] })
  const { data: other } = await api.post(Erase, { by }, { token })
  expect(other?.eraseContact).toMatchObject({ externalIds: ['101'] })
})

test('B8, B19, B20: members, other workspaces, and private contacts cannot be affected', async () => {
  const { workspaceId, id, by } = await givenContact()
  const member = await api.createUser(workspaceId, 'MEMBER')
  const stranger = await api.createWorkspace()
  const admin = await api.createUser(workspaceId, 'WORKSPACE_ADMIN')
  const privateId = await storeContact(api.database, workspaceId, { name: 'Mine', privateOwnerId: member.userId })

  const codes = []
  for (const [token, target] of [
    [member.token, by],
    [stranger.token, by],
    [admin.token, { id: globalId('Contact', privateId) }],
    [admin.token, { externalId: 'ada' }],
  ] as const) {
    const { data } = await api.post(Erase, { by: target }, { token })
    codes.push(data?.eraseContact && 'code' in data.eraseContact ? data.eraseContact.code : data)
  }

  expect(codes).toEqual(['FORBIDDEN', 'NOT_FOUND', 'NOT_FOUND', 'INVALID_INPUT'])
  expect(await api.database.prisma.contact.findUnique({ where: { id } })).toMatchObject({ name: 'Zebedee' })
  expect(await api.database.prisma.contact.findUnique({ where: { id: privateId } })).toMatchObject({ name: 'Mine' })
})
