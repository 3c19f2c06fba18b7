import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { storeCustomField, storeMappings } from '../support/graphql/set-up-mapping.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeRun } from '../support/graphql/stored-rows.ts'

const Update = graphql(`
  mutation UpdateField($id: ID!, $input: UpdateCustomFieldInput!) {
    updateCustomField(id: $id, input: $input) {
      __typename
      ... on UpdateCustomFieldPayload { customField { key name options } }
      ... on UserError { code }
      ... on InvalidInputError { problems { path } }
    }
  }
`)
const Delete = graphql(`
  mutation DeleteField($id: ID!) {
    deleteCustomField(id: $id) { __typename ... on DeleteCustomFieldPayload { deletedId } ... on UserError { code message } }
  }
`)

const api = await startTestApi()

test('B32: a custom field is renamed and its options change, while its key and its values stay', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const field = await storeCustomField(api.database, workspaceId, 'stage', 'ENUM', { options: ['new', 'old'] })
  const contact = await storeContact(api.database, workspaceId, { customFields: { stage: 'old' } })
  const id = globalId('CustomField', field)
  const update = async (input: { name?: string; options?: string[] }) =>
    (await api.post(Update, { id, input }, { token })).data?.updateCustomField

  expect(await update({ name: ' Phase ' })).toMatchObject({
    customField: { key: 'stage', name: 'Phase', options: ['new', 'old'] },
  })
  expect(await update({ options: ['new', 'hot'] })).toMatchObject({
    customField: { name: 'Phase', options: ['new', 'hot'] },
  })
  expect(await update({ name: ' ', options: ['new', 'new'] })).toMatchObject({
    problems: [{ path: ['options', '1'] }, { path: ['name'] }],
  })
  const kept = await api.database.prisma.contact.findUnique({ where: { id: contact } })
  expect(kept?.customFields).toEqual({ stage: 'old' })
})

test('B32: a deleted custom field leaves no value behind, and other fields stay', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const other = await api.createWorkspace()
  const field = await storeCustomField(api.database, workspaceId, 'stage', 'STRING')
  const values = { stage: 'new', size: 1 }
  const mine = await storeContact(api.database, workspaceId, { customFields: values })
  const without = await storeContact(api.database, workspaceId, { customFields: { size: 2 } })
  const theirs = await storeContact(api.database, other.workspaceId, { customFields: values })
  const id = globalId('CustomField', field)

  const { data } = await api.post(Delete, { id }, { token })

  expect(data?.deleteCustomField).toEqual({ __typename: 'DeleteCustomFieldPayload', deletedId: id })
  const { prisma } = api.database
  const valuesOf = async (contact: string) =>
    (await prisma.contact.findUniqueOrThrow({ where: { id: contact } })).customFields
  expect(await valuesOf(mine)).toEqual({ size: 1 })
  expect(await valuesOf(without)).toEqual({ size: 2 })
  expect(await valuesOf(theirs)).toEqual(values)
  expect(await prisma.customField.count({ where: { workspaceId } })).toBe(0)
})

test('B32: a field that HubSpot feeds, or that a run in progress writes, cannot be deleted', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const mapped = await storeCustomField(api.database, workspaceId, 'stage', 'STRING')
  const running = await storeCustomField(api.database, workspaceId, 'size', 'NUMBER')
  await storeMappings(api.database, workspaceId, 'CONTACT', [['lifecyclestage', 'CUSTOM_FIELD', mapped]])
  const mapping = {
    property: 'size',
    target: 'CUSTOM_FIELD',
    customField: { key: 'size', type: 'NUMBER', options: [] },
  }
  await storeRun(api.database, workspaceId, { status: 'PAUSED', settings: { contactMappings: [mapping] } })
  const contact = await storeContact(api.database, workspaceId, { customFields: { stage: 'new', size: 1 } })

  for (const [field, why] of [
    [mapped, 'lifecyclestage'],
    [running, 'run'],
  ] as const) {
    const { data } = await api.post(Delete, { id: globalId('CustomField', field) }, { token })
    expect(data?.deleteCustomField).toMatchObject({ code: 'SYNC_STATE', message: expect.stringContaining(why) })
  }
  const kept = await api.database.prisma.contact.findUnique({ where: { id: contact } })
  expect(kept?.customFields).toEqual({ stage: 'new', size: 1 })
})

test("B20, I2: neither a member nor another workspace's admin can change a field", async () => {
  const { workspaceId } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')
  const stranger = await api.createWorkspace()
  const id = globalId('CustomField', await storeCustomField(api.database, workspaceId, 'stage', 'STRING'))
  const input = { name: 'Phase' }

  for (const [who, code] of [
    [member, 'FORBIDDEN'],
    [stranger, 'NOT_FOUND'],
  ] as const) {
    expect((await api.post(Update, { id, input }, who)).data?.updateCustomField).toMatchObject({ code })
    expect((await api.post(Delete, { id }, who)).data?.deleteCustomField).toMatchObject({ code })
  }
})
