import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const SaveSettings = graphql(`
  mutation SaveSettings($input: UpdateSyncSettingsInput!) {
    updateSyncSettings(input: $input) {
      __typename
      ... on UpdateSyncSettingsPayload { syncSettings { version contactsEnabled contactSource listId list { name } nextRunAt activatedAt } }
      ... on UserError { code message }
      ... on InvalidInputError { problems { path message } }
    }
  }
`)
const SaveMappings = graphql(`
  mutation SaveMappings($mappings: [FieldMappingInput!]!) {
    setFieldMappings(objectType: CONTACT, mappings: $mappings) {
      __typename
      ... on SetFieldMappingsPayload { syncSettings { version mappings { property target customField { key type } } } }
      ... on InvalidInputError { problems { path message } }
    }
  }
`)
const NewField = graphql(`
  mutation NewField($input: CreateCustomFieldInput!) {
    createCustomField(input: $input) {
      __typename
      ... on CreateCustomFieldPayload { customField { key type options } }
      ... on InvalidInputError { problems { path } }
    }
  }
`)
const StartRun = graphql(`
  mutation StartRun {
    startSync {
      __typename
      ... on StartSyncPayload { syncRun { status trigger triggeredBy { email } settingsVersion } }
      ... on UserError { code message }
    }
  }
`)
const SavedSettings = graphql(
  `query SavedSettings { syncSettings { version updatedAt contactsEnabled defaultPhoneRegion } }`,
)

const simulator = await startTestSimulator({ portals: [{ contacts: 20 }] })
const api = await startTestApi({ simulator })

async function connectedWorkspace() {
  const workspace = await api.createWorkspace()
  await api.connect(workspace)
  return workspace
}

test('B24, B30, B37: an admin chooses a list, maps properties, and starts; saving alone starts nothing', async () => {
  const workspace = await connectedWorkspace()
  const { workspaceId } = workspace

  const saved = await api.post(
    SaveSettings,
    { input: { contactsEnabled: true, contactSource: 'FROM_LIST', listId: '42' } },
    workspace,
  )
  const field = await api.post(
    NewField,
    { input: { objectType: 'CONTACT', name: 'Job title', type: 'STRING' } },
    workspace,
  )
  const mapped = await api.post(
    SaveMappings,
    {
      mappings: [
        { property: 'firstname', target: 'FIRST_NAME' },
        { property: 'email', target: 'EMAIL' },
        { property: 'jobtitle', target: 'CUSTOM_FIELD', customField: 'job_title' },
      ],
    },
    workspace,
  )
  const runsBefore = await api.database.prisma.syncRun.count({ where: { workspaceId } })
  const started = await api.post(StartRun, {}, workspace)

  expect(saved.data?.updateSyncSettings).toEqual({
    __typename: 'UpdateSyncSettingsPayload',
    syncSettings: {
      version: 1,
      contactsEnabled: true,
      contactSource: 'FROM_LIST',
      listId: '42',
      list: { name: 'All customers' },
      nextRunAt: null,
      activatedAt: null,
    },
  })
  expect(field.data?.createCustomField).toMatchObject({ customField: { key: 'job_title' } })
  expect(mapped.data?.setFieldMappings).toEqual({
    __typename: 'SetFieldMappingsPayload',
    syncSettings: {
      version: 2,
      mappings: [
        { property: 'firstname', target: 'FIRST_NAME', customField: null },
        { property: 'email', target: 'EMAIL', customField: null },
        { property: 'jobtitle', target: 'CUSTOM_FIELD', customField: { key: 'job_title', type: 'STRING' } },
      ],
    },
  })
  expect(runsBefore).toBe(0)
  expect(started.data?.startSync).toEqual({
    __typename: 'StartSyncPayload',
    syncRun: {
      status: 'QUEUED',
      trigger: 'MANUAL',
      triggeredBy: { email: 'admin@example.test' },
      settingsVersion: 2,
    },
  })
})

test('B27: a list that does not exist, or that is not a contact list, is rejected with a message that tells what to do', async () => {
  const workspace = await connectedWorkspace()

  for (const listId of ['999', '45', '46']) {
    const { data } = await api.post(SaveSettings, { input: { contactSource: 'FROM_LIST', listId } }, workspace)

    expect(data?.updateSyncSettings).toEqual({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      message: expect.stringContaining('hubspotLists'),
      problems: [{ path: ['listId'], message: expect.stringContaining(listId) }],
    })
  }
  const { data } = await api.post(SavedSettings, {}, workspace)
  expect(data?.syncSettings).toEqual({
    version: 0,
    updatedAt: null,
    contactsEnabled: false,
    defaultPhoneRegion: 'US',
  })
})

test('B15: before HubSpot is connected, nothing can be configured or started', async () => {
  const workspace = await api.createWorkspace()

  const saved = await api.post(SaveSettings, { input: { contactsEnabled: true } }, workspace)
  const started = await api.post(StartRun, {}, workspace)

  expect(saved.data?.updateSyncSettings).toMatchObject({ __typename: 'NotConnectedError', code: 'NOT_CONNECTED' })
  expect(started.data?.startSync).toMatchObject({ __typename: 'NotConnectedError' })
})

test('B32, B33: all invalid mappings are reported together, and the previous mappings stay', async () => {
  const workspace = await connectedWorkspace()
  await api.post(SaveMappings, { mappings: [{ property: 'email', target: 'EMAIL' }] }, workspace)

  const { data } = await api.post(
    SaveMappings,
    {
      mappings: [
        { property: 'nonsense', target: 'NAME' },
        { property: 'annual_spend', target: 'EMAIL' },
        { property: 'city', target: 'CUSTOM_FIELD', customField: 'town' },
      ],
    },
    workspace,
  )

  const refused = data?.setFieldMappings
  expect(refused?.__typename === 'InvalidInputError' && refused.problems).toMatchObject([
    { path: ['mappings', '0', 'property'] },
    { path: ['mappings', '1', 'target'], message: expect.stringMatching(/number.*EMAIL/) },
    { path: ['mappings', '2', 'customField'] },
  ])
  const { workspaceId } = workspace
  expect(await api.database.prisma.fieldMapping.findMany({ where: { workspaceId } })).toMatchObject([
    { hubspotProperty: 'email' },
  ])
})

test('a custom field is rejected if its key is taken or if it lacks something that its type requires', async () => {
  const workspace = await api.createWorkspace()
  const create = async (input: { name: string; type: 'ENUM' | 'STRING'; options?: string[] }) => {
    const { data } = await api.post(NewField, { input: { objectType: 'CONTACT', ...input } }, workspace)
    return data?.createCustomField
  }

  expect(await create({ name: 'Stage', type: 'ENUM', options: ['Lead', 'Won'] })).toMatchObject({
    customField: { key: 'stage' },
  })
  expect(await create({ name: ' STAGE! ', type: 'STRING' })).toMatchObject({ problems: [{ path: ['name'] }] })
  expect(await create({ name: 'Other', type: 'ENUM' })).toMatchObject({ problems: [{ path: ['options'] }] })
})
