import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { storeRun } from '../support/graphql/stored-rows.ts'
import { startTestSimulator } from '../support/test-sync.ts'
import { approveLogIn, finishLogIn } from './log-in.ts'

const RunsAndConnection = graphql(`
  query RunsAndConnection {
    hubspotConnection { status }
    syncRuns(first: 5) { edges { node { status trigger triggeredBy { email } failure { type resolution } } } }
  }
`)

test('B17: an admin sees why the run ended, logs in again in the browser, and the run has started over', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 5 }] })
  const api = await startTestApi({ simulator })
  const workspace = await api.createWorkspace()
  const { workspaceId, userId, token } = workspace
  await api.connect(workspace)
  const { prisma } = api.database
  await prisma.hubSpotConnection.updateMany({ data: { status: 'NEEDS_RECONNECT' } })
  await prisma.syncSettings.create({
    data: {
      workspaceId,
      contactsEnabled: true,
      contactSource: 'FROM_LIST',
      listId: '42',
      activatedAt: new Date(),
      mappings: { create: { objectType: 'CONTACT', hubspotProperty: 'email', target: 'EMAIL', position: 0 } },
    },
  })
  await storeRun(api.database, workspaceId, {
    status: 'FAILED',
    triggeredById: userId,
    failureType: 'AUTHORIZATION',
    failureMessage: 'HubSpot rejects the stored log-in.',
    finishedAt: new Date(Date.now() - 1_000),
  })
  const ended = await api.post(RunsAndConnection, {}, { token })
  expect(ended.data?.hubspotConnection?.status).toBe('NEEDS_RECONNECT')

  await finishLogIn(api, token, await approveLogIn(api, simulator, token))

  const after = await api.post(RunsAndConnection, {}, { token })
  expect(after.data?.hubspotConnection?.status).toBe('CONNECTED')
  expect(after.data?.syncRuns.edges.map(({ node }) => node)).toMatchObject([
    { status: 'QUEUED', trigger: 'RECONNECTED', triggeredBy: { email: 'admin@example.test' }, failure: null },
    {
      status: 'FAILED',
      failure: { type: 'AUTHORIZATION', resolution: expect.stringContaining('Log in to HubSpot again') },
    },
  ])
})
