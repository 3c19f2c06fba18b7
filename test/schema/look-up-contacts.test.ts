import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeRun } from '../support/graphql/stored-rows.ts'

const FindContact = graphql(`query FindContact($by: ContactBy!) { contact(by: $by) { id name } }`)
const FindMany = graphql(`query FindMany($ids: [String!]!) { contactsByExternalId(externalIds: $ids) { name } }`)
const WholeContact = graphql(`
  query WholeContact($externalId: String!) {
    contact(by: { externalId: $externalId }) {
      id externalId name description avatarUrl isPrivate links
      handles { source value }
      account { id }
      customFields { key name type value }
      hubspot { recordId url state lastSyncedAt fields { field property editUrl } }
    }
  }
`)

const api = await startTestApi()

test('B2, B62: a contact is found by id, by externalId, and by a handle in any notation', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const { prisma } = api.database
  const contactId = await storeContact(api.database, workspaceId, { hubspotId: 1001n, email: 'ada@example.test' })
  await prisma.contactHandle.create({ data: { workspaceId, contactId, source: 'PHONE', value: '+12125550123' } })
  const id = globalId('Contact', contactId)

  for (const by of [
    { id },
    { externalId: '1001' },
    { handle: { source: 'EMAIL' as const, value: ' Ada@Example.test' } },
    { handle: { source: 'PHONE' as const, value: '(212) 555-0123' } },
  ]) {
    const { data } = await api.post(FindContact, { by }, { token })
    expect(data?.contact).toEqual({ id, name: 'Ada' })
  }
  for (const by of [
    { id: globalId('SyncRun', contactId) },
    { externalId: '1002' },
    { externalId: 'nonsense' },
    { handle: { source: 'EMAIL' as const, value: 'bob@example.test' } },
    { handle: { source: 'EMAIL' as const, value: ' ' } },
  ]) {
    const { data, errors } = await api.post(FindContact, { by }, { token })
    expect(data).toEqual({ contact: null })
    expect(errors).toEqual([])
  }
})

test('B62: many contacts are found in the given order, with null for an unknown id', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  await storeContact(api.database, workspaceId, { name: 'Ada', hubspotId: 1001n })
  await storeContact(api.database, workspaceId, { name: 'Bob', hubspotId: 1002n })

  const { data } = await api.post(FindMany, { ids: ['1002', '9', '1001', '1002', ''] }, { token })

  expect(data?.contactsByExternalId).toEqual([{ name: 'Bob' }, null, { name: 'Ada' }, { name: 'Bob' }, null])
})

test('B62: more than 100 ids are rejected', async () => {
  const { token } = await api.createWorkspace()

  const { errors } = await api.post(FindMany, { ids: Array.from({ length: 101 }, String) }, { token })

  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', problems: [{ path: ['externalIds'] }] } }])
})

test('B59, B62: merged ids lead to the contact that they were merged into', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  await storeContact(api.database, workspaceId, { name: 'Ada', hubspotId: 1003n })
  await api.database.prisma.hubSpotAlias.createMany({
    data: [
      { workspaceId, objectType: 'CONTACT', hubspotId: 1001n, mergedIntoId: 1002n },
      { workspaceId, objectType: 'CONTACT', hubspotId: 1002n, mergedIntoId: 1003n },
    ],
  })

  const { data } = await api.post(FindMany, { ids: ['1001', '1002', '1004'] }, { token })

  expect(data?.contactsByExternalId).toEqual([{ name: 'Ada' }, { name: 'Ada' }, null])
})

test('B2, B40, B41: a synced contact shows all its values, when it was synced, and where each is edited', async () => {
  const { workspaceId, token, userId } = await api.createWorkspace()
  const { prisma } = api.database
  const field = { workspaceId, objectType: 'CONTACT' as const }
  const size = await prisma.customField.create({
    data: { ...field, id: crypto.randomUUID(), key: 'size', name: 'Size', type: 'NUMBER' },
  })
  await prisma.customField.create({
    data: { ...field, id: crypto.randomUUID(), key: 'city', name: 'City', type: 'STRING' },
  })
  await prisma.syncSettings.create({ data: { workspaceId } })
  await prisma.fieldMapping.createMany({
    data: [
      { ...field, hubspotProperty: 'firstname', target: 'FIRST_NAME', position: 0 },
      { ...field, hubspotProperty: 'annual_spend', target: 'CUSTOM_FIELD', customFieldId: size.id, position: 1 },
    ],
  })
  await prisma.hubSpotConnection.create({
    data: {
      workspaceId,
      status: 'CONNECTED',
      portalId: 4711n,
      uiDomain: 'app-eu1.hubspot.com',
      dataHostingLocation: 'eu1',
      timeZone: 'UTC',
      scopes: [],
      connectedById: userId,
      connectedAt: new Date(),
    },
  })
  const finishedAt = new Date('2026-11-22T10:00:00Z')
  await storeRun(api.database, workspaceId, { status: 'COMPLETED_WITH_ERRORS', finishedAt })
  await storeRun(api.database, workspaceId, { status: 'FAILED', finishedAt: new Date('2026-11-23T10:00:00Z') })
  const id = await storeContact(api.database, workspaceId, {
    hubspotId: 1001n,
    email: 'ada@example.test',
    customFields: { size: 12.5 },
  })

  const { data, errors } = await api.post(WholeContact, { externalId: '1001' }, { token })

  const editUrl = 'https://app-eu1.hubspot.com/contacts/4711/record/0-1/1001'
  expect(errors).toEqual([])
  expect(data?.contact).toEqual({
    id: globalId('Contact', id),
    externalId: '1001',
    name: 'Ada',
    description: '',
    avatarUrl: null,
    isPrivate: false,
    links: [],
    handles: [{ source: 'EMAIL', value: 'ada@example.test' }],
    account: null,
    customFields: [
      { key: 'size', name: 'Size', type: 'NUMBER', value: 12.5 },
      { key: 'city', name: 'City', type: 'STRING', value: null },
    ],
    hubspot: {
      recordId: '1001',
      url: editUrl,
      state: 'ACTIVE',
      lastSyncedAt: finishedAt.toISOString(),
      fields: [
        { field: 'name', property: 'firstname', editUrl },
        { field: 'customFields.size', property: 'annual_spend', editUrl },
      ],
    },
  })
})

test('B40: a contact that was never synced has no link to HubSpot', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const id = globalId('Contact', await storeContact(api.database, workspaceId))
  const OnlyTie = graphql(`query OnlyTie($id: ID!) { contact(by: { id: $id }) { externalId hubspot { recordId } } }`)

  const { data } = await api.post(OnlyTie, { id }, { token })

  expect(data?.contact).toEqual({ externalId: null, hubspot: null })
})
