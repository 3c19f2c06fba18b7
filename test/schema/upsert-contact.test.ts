import { expect, test } from 'vitest'
import type { ContactKey, UpsertContactInput } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { lockContacts } from '../../src/contacts/contact-lock.ts'
import { insertContact } from '../../src/contacts/save-contact.ts'
import { inTransaction } from '../../src/database/database.ts'
import { storeMappings } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact } from '../support/graphql/stored-rows.ts'
import { waitFor } from '../support/wait-for.ts'

const Upsert = graphql(`
  mutation UpsertContact($by: ContactKey!, $input: UpsertContactInput!) {
    upsertContact(by: $by, input: $input) {
      __typename
      ... on UpsertContactPayload {
        created
        contact { id name externalId isPrivate handles { source value } }
      }
      ... on UserError { code message }
      ... on InvalidInputError { problems { path message } }
      ... on HubSpotOwnedFieldError { fields { field property editUrl } }
      ... on HandleTakenError { heldBy { name } }
    }
  }
`)

const api = await startTestApi()

async function givenAWorkspace() {
  const { workspaceId } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')
  return {
    workspaceId,
    member,
    count: () => api.database.prisma.contact.count({ where: { workspaceId } }),
    upsert: async (by: ContactKey, input: UpsertContactInput = {}, { token } = member) =>
      (await api.post(Upsert, { by, input }, { token })).data?.upsertContact,
  }
}

const email = (value: string) => ({ source: 'EMAIL', value }) as const
const byEmail = (value: string) => ({ handle: email(value) })

test('B63: the first call creates a shared contact with the handle, and the next one changes it', async () => {
  const { upsert, count } = await givenAWorkspace()

  const first = await upsert(byEmail(' Ada@Example.test '), { name: 'Ada' })
  const second = await upsert(byEmail('ada@example.test'), { name: 'Ada Lovelace', handles: [email('a@work.test')] })

  expect(first).toMatchObject({
    created: true,
    contact: { name: 'Ada', isPrivate: false, handles: [email('ada@example.test')] },
  })
  expect(second).toMatchObject({ created: false, contact: { name: 'Ada Lovelace' } })
  const handles = second?.__typename === 'UpsertContactPayload' ? second.contact.handles : []
  expect(handles.map(({ value }) => value).sort()).toEqual(['a@work.test', 'ada@example.test'])
  expect(await count()).toBe(1)
})

test('B43, B63: a contact is created with an externalId, and found by it', async () => {
  const { upsert, count } = await givenAWorkspace()

  const first = await upsert({ externalId: '1001' }, { name: 'Ada' })
  const second = await upsert({ externalId: '1001' }, {})

  expect(first).toMatchObject({ created: true, contact: { externalId: '1001' } })
  expect(second).toMatchObject({ created: false, contact: { name: 'Ada', externalId: '1001' } })
  expect(await count()).toBe(1)
})

test('B59: an externalId that HubSpot merged into another one finds the contact of that one', async () => {
  const { upsert, workspaceId } = await givenAWorkspace()
  await storeContact(api.database, workspaceId, { name: 'Ada', hubspotId: 1001n })
  await api.database.prisma.hubSpotAlias.create({
    data: { workspaceId, objectType: 'CONTACT', hubspotId: 999n, mergedIntoId: 1001n },
  })

  expect(await upsert({ externalId: '999' })).toMatchObject({ created: false, contact: { externalId: '1001' } })
})

test('B63: of many calls at the same time, one creates the contact', async () => {
  const { upsert, count } = await givenAWorkspace()

  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, number) => upsert(byEmail('ada@example.test'), { name: `Ada ${number}` })),
  )

  const created = answers.filter((answer) => answer?.__typename === 'UpsertContactPayload' && answer.created)
  expect(answers.map((answer) => answer?.__typename)).toEqual(Array(8).fill('UpsertContactPayload'))
  expect(created).toHaveLength(1)
  expect(await count()).toBe(1)
})

test('B63: a call that meets another writer waits for it, and finds the contact that it created', async () => {
  const { upsert, count, member, workspaceId } = await givenAWorkspace()
  const { organizationId } = await api.database.prisma.workspace.findUniqueOrThrow({ where: { id: workspaceId } })
  const viewer = { workspaceId, organizationId, userId: member.userId, plan: 'GROWTH', role: 'MEMBER' } as const
  const { pool } = api.database
  const waiting = async () =>
    (await pool.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`))
      .rowCount === 1

  const answer = await inTransaction(pool, async (client) => {
    await lockContacts(client, workspaceId)
    await insertContact(client, viewer, { name: 'Ada', handles: [email('ada@example.test')] })
    const answering = upsert(byEmail('ada@example.test'))
    await waitFor(waiting)
    return { answering }
  })

  expect(await answer.answering).toMatchObject({ created: false, contact: { name: 'Ada' } })
  expect(await count()).toBe(1)
})

test('a repeated call changes nothing, so nobody is told about it', async () => {
  const { upsert, workspaceId } = await givenAWorkspace()
  await upsert(byEmail('ada@example.test'), { name: 'Ada' })
  const updatedAt = async () =>
    (await api.database.prisma.contact.findFirstOrThrow({ where: { workspaceId } })).updatedAt
  const before = await updatedAt()

  await upsert(byEmail('ada@example.test'), { name: 'Ada', handles: [email('ada@example.test')] })

  expect(await updatedAt()).toEqual(before)
})

test('B42, B63: while the contact is linked, fields from HubSpot and the externalId are edited in HubSpot', async () => {
  const { upsert, workspaceId } = await givenAWorkspace()
  await storeMappings(api.database, workspaceId, 'CONTACT', [['firstname', 'FIRST_NAME']])
  await storeContact(api.database, workspaceId, { name: 'Ada', hubspotId: 1001n, email: 'ada@example.test' })

  const renamed = await upsert(byEmail('ada@example.test'), { name: 'Other' })
  const moved = await upsert(byEmail('ada@example.test'), { externalId: '2002' })

  expect(renamed).toMatchObject({ __typename: 'HubSpotOwnedFieldError', fields: [{ field: 'name' }] })
  expect(moved).toMatchObject({ __typename: 'HubSpotOwnedFieldError', fields: [{ field: 'externalId' }] })
  expect(await upsert(byEmail('ada@example.test'))).toMatchObject({ contact: { name: 'Ada', externalId: '1001' } })
})

test('B8: private contacts are neither found nor changed', async () => {
  const { upsert, workspaceId, member } = await givenAWorkspace()
  const id = await storeContact(api.database, workspaceId, {
    name: 'Secret',
    email: 'ada@example.test',
    privateOwnerId: member.userId,
  })

  const answer = await upsert(byEmail('ada@example.test'), { name: 'Ada' })

  expect(answer).toMatchObject({ created: true, contact: { name: 'Ada', isPrivate: false } })
  expect(answer).not.toMatchObject({ contact: { id: globalId('Contact', id) } })
  expect(await api.database.prisma.contact.findUniqueOrThrow({ where: { id } })).toMatchObject({ name: 'Secret' })
})

test("I4: another workspace's contact is neither found nor changed", async () => {
  const own = await givenAWorkspace()
  const other = await givenAWorkspace()
  await other.upsert(byEmail('ada@example.test'), { name: 'Theirs', externalId: '1001' })

  expect(await own.upsert(byEmail('ada@example.test'), { name: 'Ours' })).toMatchObject({ created: true })
  expect(await own.upsert({ externalId: '1001' })).toMatchObject({ created: true })
  expect(await other.upsert(byEmail('ada@example.test'))).toMatchObject({ created: false, contact: { name: 'Theirs' } })
})

test('B63: a handle of another contact is refused, and nothing is written', async () => {
  const { upsert, count } = await givenAWorkspace()
  await upsert(byEmail('bob@example.test'), { name: 'Bob' })

  const answer = await upsert(byEmail('ada@example.test'), { handles: [email('bob@example.test')] })

  expect(answer).toMatchObject({ __typename: 'HandleTakenError', heldBy: { name: 'Bob' } })
  expect(await count()).toBe(1)
})

test('a key that is not usable is named by its path', async () => {
  const { upsert, count } = await givenAWorkspace()

  expect(await upsert(byEmail('nonsense'))).toMatchObject({ problems: [{ path: ['by', 'handle', 'value'] }] })
  expect(await upsert({ externalId: ' ' })).toMatchObject({ problems: [{ path: ['by', 'externalId'] }] })
  expect(await upsert({ externalId: '1' }, { externalId: '2' })).toMatchObject({ problems: [{ path: ['externalId'] }] })
  expect(await count()).toBe(0)
})
