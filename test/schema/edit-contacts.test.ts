import { expect, test } from 'vitest'
import type { CreateContactInput, UpdateContactInput } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { storeCustomField, storeMappings } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact } from '../support/graphql/stored-rows.ts'

const Create = graphql(`
  mutation CreateContact($input: CreateContactInput!) {
    createContact(input: $input) {
      __typename
      ... on CreateContactPayload { contact {
        id externalId name description avatarUrl isPrivate links
        handles { source value } account { id } customFields { key value } hubspot { recordId }
      } }
      ... on UserError { code message }
      ... on InvalidInputError { problems { path message } }
      ... on HandleTakenError { source value heldBy { id name } }
    }
  }
`)
const Update = graphql(`
  mutation UpdateContact($id: ID!, $input: UpdateContactInput!) {
    updateContact(id: $id, input: $input) {
      __typename
      ... on UpdateContactPayload { contact { name description links account { id } customFields { key value } externalId } }
      ... on UserError { code message }
      ... on InvalidInputError { problems { path } }
      ... on HubSpotOwnedFieldError { editUrl fields { field property editUrl } }
    }
  }
`)
const AddHandle = graphql(`
  mutation AddHandle($id: ID!, $handle: HandleInput!) {
    addContactHandle(id: $id, handle: $handle) {
      __typename
      ... on AddContactHandlePayload { contact { handles { source value } } }
      ... on UserError { code message }
      ... on HandleTakenError { heldBy { id } }
    }
  }
`)
const RemoveHandle = graphql(`
  mutation RemoveHandle($id: ID!, $handle: HandleInput!) {
    removeContactHandle(id: $id, handle: $handle) {
      __typename
      ... on RemoveContactHandlePayload { contact { handles { source value } } }
      ... on UserError { code }
      ... on HubSpotOwnedFieldError { fields { field property editUrl } }
    }
  }
`)
const Delete = graphql(`
  mutation DeleteContact($id: ID!, $excludeFromSync: Boolean) {
    deleteContact(id: $id, excludeFromSync: $excludeFromSync) {
      __typename
      ... on DeleteContactPayload { deletedId }
      ... on UserError { code }
    }
  }
`)

const api = await startTestApi()
const editUrl = 'https://app-eu1.hubspot.com/contacts/4711/record/0-1/1001'

async function workspace() {
  const created = await api.createWorkspace()
  const member = await api.createUser(created.workspaceId, 'MEMBER')
  const act = (token: string) => ({
    create: async (input: CreateContactInput) => (await api.post(Create, { input }, { token })).data?.createContact,
    update: async (id: string, input: UpdateContactInput) =>
      (await api.post(Update, { id: globalId('Contact', id), input }, { token })).data?.updateContact,
  })
  return { ...created, member, ...act(member.token), asAdmin: act(created.token) }
}

test('B63, B7: a member creates a contact with every field, and every member sees it', async () => {
  const { workspaceId, create, asAdmin, token } = await workspace()
  await storeCustomField(api.database, workspaceId, 'size', 'NUMBER')
  await storeCustomField(api.database, workspaceId, 'since', 'DATETIME')
  const account = await api.database.prisma.account.create({ data: { id: crypto.randomUUID(), workspaceId } })
  const accountId = globalId('Account', account.id)

  const created = await create({
    name: ' Ada Lovelace ',
    description: 'Counts',
    avatarUrl: 'https://example.test/ada.png',
    links: ['https://example.test'],
    handles: [
      { source: 'EMAIL', value: ' Ada@Example.test' },
      { source: 'PHONE', value: '(212) 555-0123' },
    ],
    accountId,
    customFields: [
      { key: 'size', value: 3.5 },
      { key: 'since', value: '2026-11-23T10:30:00+01:00' },
    ],
  })

  expect(created).toMatchObject({
    __typename: 'CreateContactPayload',
    contact: {
      externalId: null,
      name: 'Ada Lovelace',
      description: 'Counts',
      avatarUrl: 'https://example.test/ada.png',
      isPrivate: false,
      links: ['https://example.test'],
      handles: [
        { source: 'EMAIL', value: 'ada@example.test' },
        { source: 'PHONE', value: '+12125550123' },
      ],
      account: { id: accountId },
      customFields: [
        { key: 'size', value: 3.5 },
        { key: 'since', value: '2026-11-23T09:30:00.000Z' },
      ],
      hubspot: null,
    },
  })
  const FindCreated = graphql(`
    query FindCreated { contact(by: { handle: { source: EMAIL, value: "ada@example.test" } }) { name } }
  `)
  expect((await api.post(FindCreated, {}, { token })).data?.contact).toEqual({ name: 'Ada Lovelace' })
  expect(await asAdmin.create({ handles: [{ source: 'PHONE', value: '+1 212 555 0123' }] })).toMatchObject({
    __typename: 'HandleTakenError',
    code: 'HANDLE_TAKEN',
    source: 'PHONE',
    value: '+12125550123',
    heldBy: { name: 'Ada Lovelace' },
  })
})

test('B63: every invalid value is reported with its path, and nothing is written', async () => {
  const { workspaceId, create } = await workspace()
  await storeCustomField(api.database, workspaceId, 'size', 'NUMBER')
  await storeCustomField(api.database, workspaceId, 'stage', 'ENUM', { options: ['new'] })
  await storeCustomField(api.database, workspaceId, 'owner', 'TEAMMATE')

  const refused = await create({
    name: 'x'.repeat(501),
    avatarUrl: 'javascript:alert(1)',
    handles: [
      { source: 'EMAIL', value: 'nobody' },
      { source: 'PHONE', value: ' ' },
    ],
    links: [''],
    accountId: globalId('Account', crypto.randomUUID()),
    customFields: [
      { key: 'size', value: '3' },
      { key: 'stage', value: 'old' },
      { key: 'owner', value: 'stranger@example.test' },
      { key: 'unknown', value: 1 },
      { key: 'size', value: 1 },
    ],
  })

  expect(refused).toMatchObject({ __typename: 'InvalidInputError' })
  const paths = refused?.__typename === 'InvalidInputError' ? refused.problems.map(({ path }) => path.join('.')) : []
  expect(paths.sort()).toEqual([
    'accountId',
    'avatarUrl',
    'customFields.0.value',
    'customFields.1.value',
    'customFields.2.value',
    'customFields.3.key',
    'customFields.4.key',
    'handles.0.value',
    'handles.1.value',
    'links.0',
    'name',
  ])
  expect(await api.database.prisma.contact.count({ where: { workspaceId } })).toBe(0)
})

test('B8: a private contact is visible only to its owner, can have a handle that is taken, and has no externalId', async () => {
  const { workspaceId, create, asAdmin, member, token } = await workspace()
  await storeContact(api.database, workspaceId, { email: 'ada@example.test' })
  const handles = [{ source: 'EMAIL' as const, value: 'ada@example.test' }]

  const created = await create({ name: 'Mine', isPrivate: true, handles })
  const linked = await create({ isPrivate: true, externalId: '1001' })
  const shared = await asAdmin.create({ handles })

  expect(created).toMatchObject({ __typename: 'CreateContactPayload', contact: { isPrivate: true, handles } })
  expect(linked).toMatchObject({ __typename: 'InvalidInputError', problems: [{ path: ['externalId'] }] })
  expect(shared).toMatchObject({ __typename: 'HandleTakenError', heldBy: { name: 'Ada' } })
  const id = created?.__typename === 'CreateContactPayload' ? created.contact.id : ''
  const input = { name: 'Theirs' }
  expect((await api.post(Update, { id, input }, { token })).data?.updateContact).toMatchObject({ code: 'NOT_FOUND' })
  expect((await api.post(Delete, { id }, { token })).data?.deleteContact).toMatchObject({ code: 'NOT_FOUND' })
  expect((await api.post(Update, { id, input }, member)).data?.updateContact).toMatchObject({
    contact: { name: 'Theirs' },
  })
})

test('B42, B63: a write to fields that HubSpot feeds is refused with their URLs; all other fields can be written', async () => {
  const { workspaceId, update } = await workspace()
  const stage = await storeCustomField(api.database, workspaceId, 'stage', 'STRING')
  await storeCustomField(api.database, workspaceId, 'note', 'STRING')
  await storeMappings(api.database, workspaceId, 'CONTACT', [
    ['firstname', 'FIRST_NAME'],
    ['lastname', 'LAST_NAME'],
    ['lifecyclestage', 'CUSTOM_FIELD', stage],
  ])
  const id = await storeContact(api.database, workspaceId, { hubspotId: 1001n, customFields: { stage: 'Lead' } })

  const refused = await update(id, {
    name: 'Bob',
    description: 'not written either',
    externalId: '9',
    customFields: [{ key: 'stage', value: 'Customer' }],
  })
  const written = await update(id, {
    // A value that is already there does not count as a write.
    name: 'Ada',
    description: 'Counts',
    customFields: [{ key: 'note', value: 'VIP' }],
  })

  expect(refused).toMatchObject({
    __typename: 'HubSpotOwnedFieldError',
    code: 'HUBSPOT_OWNED_FIELD',
    editUrl,
    fields: [
      { field: 'externalId', property: 'hs_object_id', editUrl },
      { field: 'name', property: 'firstname', editUrl },
      { field: 'name', property: 'lastname', editUrl },
      { field: 'customFields.stage', property: 'lifecyclestage', editUrl },
    ],
  })
  expect(written).toMatchObject({
    __typename: 'UpdateContactPayload',
    contact: {
      name: 'Ada',
      description: 'Counts',
      externalId: '1001',
      customFields: [
        { key: 'stage', value: 'Lead' },
        { key: 'note', value: 'VIP' },
      ],
    },
  })
})

test('B42: a contact that HubSpot no longer feeds is edited here', async () => {
  const { workspaceId, update } = await workspace()
  await storeMappings(api.database, workspaceId, 'CONTACT', [['firstname', 'FIRST_NAME']])
  const gone = await storeContact(api.database, workspaceId, { hubspotId: 1001n, link: { state: 'SOURCE_DELETED' } })
  const left = await storeContact(api.database, workspaceId, { hubspotId: 1002n, link: { state: 'OUT_OF_SCOPE' } })

  expect(await update(gone, { name: 'Bob' })).toMatchObject({ contact: { name: 'Bob' } })
  expect(await update(left, { name: 'Bob' })).toMatchObject({ __typename: 'HubSpotOwnedFieldError' })
})

test('B63: null clears a field, omitted fields stay, and an unlinked contact takes a free externalId', async () => {
  const { workspaceId, update } = await workspace()
  const id = await storeContact(api.database, workspaceId, { name: 'Ada' })
  await storeContact(api.database, workspaceId, { name: 'Bob', hubspotId: 1001n })

  expect(await update(id, { links: ['https://example.test'], externalId: '1002' })).toMatchObject({
    contact: { name: 'Ada', links: ['https://example.test'], externalId: '1002' },
  })
  expect(await update(id, { externalId: '1001' })).toMatchObject({ problems: [{ path: ['externalId'] }] })
  expect(await update(id, { name: null, links: null, externalId: null })).toMatchObject({
    contact: { name: '', links: [], externalId: null },
  })
})

test('B49, B63: handles are added and removed; the error about a taken handle names its holder, and the error about a HubSpot handle contains its URL', async () => {
  const { workspaceId, member } = await workspace()
  await storeMappings(api.database, workspaceId, 'CONTACT', [['email', 'EMAIL']])
  const { prisma } = api.database
  const ada = await storeContact(api.database, workspaceId, { hubspotId: 1001n, email: 'ada@example.test' })
  await prisma.contactHandle.create({ data: { workspaceId, contactId: ada, source: 'PHONE', value: '+12125550123' } })
  await prisma.contactHandle.updateMany({ where: { contactId: ada }, data: { fromHubspot: true } })
  const bob = await storeContact(api.database, workspaceId, { name: 'Bob' })
  const id = globalId('Contact', ada)
  const email = (value: string) => ({ source: 'EMAIL' as const, value })
  const add = async (contactId: string, value: string) =>
    (await api.post(AddHandle, { id: contactId, handle: email(value) }, member)).data?.addContactHandle
  const remove = async (value: string) =>
    (await api.post(RemoveHandle, { id, handle: email(value) }, member)).data?.removeContactHandle
  // The sync wrote it earlier, and phones are no longer mapped.
  const phone = { source: 'PHONE' as const, value: '(212) 555-0123' }
  const unmapped = await api.post(RemoveHandle, { id, handle: phone }, member)
  expect(unmapped.data?.removeContactHandle).toMatchObject({ contact: { handles: [email('ada@example.test')] } })

  expect(await add(id, 'ADA@home.test')).toMatchObject({
    contact: { handles: [email('ada@example.test'), email('ada@home.test')] },
  })
  expect(await add(id, 'ada@home.test')).toMatchObject({ __typename: 'AddContactHandlePayload' })
  expect(await add(globalId('Contact', bob), 'ada@home.test')).toMatchObject({
    __typename: 'HandleTakenError',
    heldBy: { id },
  })
  expect(await remove('ada@home.test')).toMatchObject({ contact: { handles: [email('ada@example.test')] } })
  expect(await remove('ada@home.test')).toMatchObject({ code: 'NOT_FOUND' })
  expect(await remove('ada@example.test')).toEqual({
    __typename: 'HubSpotOwnedFieldError',
    code: 'HUBSPOT_OWNED_FIELD',
    fields: [{ field: 'handles', property: 'email', editUrl }],
  })
  expect(await prisma.contactHandle.count({ where: { contactId: ada } })).toBe(1)
})

test('B60: any member deletes a contact; only an admin keeps the sync from creating it again', async () => {
  const { workspaceId, member, token } = await workspace()
  const id = globalId('Contact', await storeContact(api.database, workspaceId, { hubspotId: 1001n }))

  const forbidden = await api.post(Delete, { id, excludeFromSync: true }, member)
  const deleted = await api.post(Delete, { id, excludeFromSync: true }, { token })
  const again = await api.post(Delete, { id }, member)

  expect(forbidden.data?.deleteContact).toEqual({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
  expect(deleted.data?.deleteContact).toEqual({ __typename: 'DeleteContactPayload', deletedId: id })
  expect(again.data?.deleteContact).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND' })
  const excluded = await api.database.prisma.hubSpotExclusion.findMany({ where: { workspaceId } })
  expect(excluded).toMatchObject([{ objectType: 'CONTACT', hubspotId: 1001n }])
})

test("I2: another workspace's contact is neither changed nor deleted", async () => {
  const { workspaceId } = await workspace()
  const other = await api.createWorkspace()
  const contact = await storeContact(api.database, workspaceId)
  const id = globalId('Contact', contact)
  const handle = { source: 'EMAIL' as const, value: 'eve@example.test' }

  const answers = [
    (await api.post(Update, { id, input: { name: 'Eve' } }, other)).data?.updateContact,
    (await api.post(Delete, { id }, other)).data?.deleteContact,
    (await api.post(AddHandle, { id, handle }, other)).data?.addContactHandle,
    (await api.post(RemoveHandle, { id, handle }, other)).data?.removeContactHandle,
  ]

  expect(answers).toMatchObject(Array(4).fill({ __typename: 'NotFoundError' }))
  expect(await api.database.prisma.contact.findUnique({ where: { id: contact } })).toMatchObject({ name: 'Ada' })
})

test('B6: local edits are published like changes in HubSpot', async () => {
  const { workspaceId, create, update, member } = await workspace()
  const leaving = new AbortController()
  const announced = await api.sync.announcements.subscribe('contacts-changed', workspaceId, leaving.signal)
  const told: string[] = []
  const listening = (async () => {
    for await (const payload of announced) told.push(...(payload?.contactIds ?? []))
  })()

  const created = await create({ name: 'Ada' })
  const global = created?.__typename === 'CreateContactPayload' ? created.contact.id : ''
  const id = Buffer.from(global, 'base64').toString().split(':')[1] ?? ''
  await expect.poll(() => told.splice(0)).toEqual([id])
  await update(id, { name: 'Ada' })
  await update(id, { name: 'Ada L.' })
  await expect.poll(() => told.splice(0)).toEqual([id])
  await api.post(Delete, { id: global }, member)
  await expect.poll(() => told.splice(0)).toEqual([id])
  leaving.abort()
  await listening
})
