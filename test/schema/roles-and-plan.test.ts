import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { createToken } from '../../src/workspaces/manage-users.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeRun } from '../support/graphql/stored-rows.ts'

const ControlTheSync = graphql(`
  mutation ControlTheSync($run: ID!) {
    connectHubSpot { ...Failure }
    updateSyncSettings(input: { contactsEnabled: true }) { ...Failure }
    setFieldMappings(mappings: []) { ...Failure }
    startSync { ...Failure }
    pauseSync { ...Failure }
    resumeSync { ...Failure }
    cancelSyncRun(id: $run) { ...Failure }
  }
  fragment Failure on UserError {
    __typename
    code
    message
    ... on PlanRequiredError { requiredPlan }
  }
`)
const LogOut = graphql(`mutation LogOut { disconnectHubSpot { __typename } }`)
const AddField = graphql(`
  mutation AddField { createCustomField(input: { objectType: CONTACT, name: "Size", type: NUMBER }) { __typename } }
`)
const ReadSetUp = graphql(`
  query ReadSetUp {
    syncSettings { version }
    syncErrors(first: 1) { totalCount }
    syncErrorSummary { count }
    hubspotConnection { status }
    hubspotLists { totalCount }
    hubspotProperties(objectType: CONTACT) { name }
    syncRuns(first: 1) { edges { node { status errors(first: 1) { totalCount } } } }
    contacts(first: 1) { totalCount }
  }
`)

const api = await startTestApi()

test('B19: a member cannot control anything, and nothing changes', async () => {
  const { workspaceId } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')
  const run = await storeRun(api.database, workspaceId)

  const controlled = await api.post(ControlTheSync, { run: globalId('SyncRun', run.id) }, member)
  const loggedOut = await api.post(LogOut, {}, member)
  const added = await api.post(AddField, {}, member)

  expect(controlled.errors).toEqual([])
  for (const result of Object.values(controlled.data ?? {})) {
    expect(result).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
  }
  expect(loggedOut.data?.disconnectHubSpot?.__typename).toBe('ForbiddenError')
  expect(added.data?.createCustomField?.__typename).toBe('ForbiddenError')
  const { prisma } = api.database
  expect(await prisma.syncSettings.count({ where: { workspaceId } })).toBe(0)
  expect(await prisma.customField.count({ where: { workspaceId } })).toBe(0)
  expect(await prisma.oAuthState.count({ where: { workspaceId } })).toBe(0)
  expect(await prisma.syncRun.findFirst({ where: { workspaceId } })).toMatchObject({ status: 'QUEUED' })
})

test('B20: a member reads contacts and the progress of runs, but neither settings nor errors', async () => {
  const { workspaceId } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')
  await storeRun(api.database, workspaceId)

  const { data, errors } = await api.post(ReadSetUp, {}, member)

  expect(data).toEqual({
    syncSettings: null,
    syncErrors: null,
    syncErrorSummary: null,
    hubspotConnection: null,
    hubspotLists: null,
    hubspotProperties: null,
    syncRuns: { edges: [{ node: { status: 'QUEUED', errors: null } }] },
    contacts: { totalCount: 0 },
  })
  expect(errors).toHaveLength(7)
  expect(new Set(errors.map(({ extensions }) => extensions?.code))).toEqual(new Set(['FORBIDDEN']))
})

test('B21: below the Growth plan, an admin is told which plan the sync requires', async () => {
  const { token } = await api.createWorkspace({ plan: 'STARTER' })

  const { data } = await api.post(
    ControlTheSync,
    { run: globalId('SyncRun', '01a20aca-c8f9-7289-af08-0ab22d452768') },
    { token },
  )

  for (const result of Object.values(data ?? {})) {
    expect(result).toMatchObject({ __typename: 'PlanRequiredError', code: 'PLAN_REQUIRED', requiredPlan: 'GROWTH' })
  }
})

test('B20: a company admin controls every workspace of the organization', async () => {
  const first = await api.createWorkspace()
  const second = await api.createWorkspace({ organizationId: first.organizationId })
  const company = await api.createUser(first.workspaceId, 'COMPANY_ADMIN')
  const elsewhere = await createToken(api.database, { ...company, workspaceId: second.workspaceId })

  const added = await api.post(AddField, {}, elsewhere)
  const byGlobalId = await api.post(LogOut, {}, { ...company, workspaceId: globalId('Workspace', first.workspaceId) })
  const other = await api.post(LogOut, {}, { token: company.token, workspaceId: second.workspaceId })

  expect(added.data?.createCustomField?.__typename).toBe('CreateCustomFieldPayload')
  expect(await api.database.prisma.customField.findMany()).toMatchObject([{ workspaceId: second.workspaceId }])
  expect(byGlobalId.data?.disconnectHubSpot?.__typename).toBe('NotConnectedError')
  expect(other).toMatchObject({ status: 403, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
})
