import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const Save = graphql(`
  mutation SaveLiveUpdates($input: UpdateSyncSettingsInput!) {
    updateSyncSettings(input: $input) {
      __typename
      ... on UpdateSyncSettingsPayload { syncSettings { version liveUpdates freshness { backlog behindSeconds lagSeconds lastAppliedAt lastEventAt } } }
    }
  }
`)
const Budget = graphql(`query ReadBudget { hubspotConnection { budget { limit remaining dailyRemaining seenAt } } }`)

test('B39, B71: live updates are off until an admin chooses a kind; each choice creates a new version', async () => {
  const api = await startTestApi({ simulator: await startTestSimulator({ portals: [{ empty: true }] }) })
  const workspace = await api.createWorkspace()
  await api.connect(workspace)
  const save = async (liveUpdates?: 'OFF' | 'WEBHOOKS' | 'JOURNAL') =>
    (await api.post(Save, { input: { liveUpdates } }, workspace)).data?.updateSyncSettings

  expect(await save()).toMatchObject({ syncSettings: { version: 1, liveUpdates: 'OFF' } })
  expect(await save('JOURNAL')).toMatchObject({ syncSettings: { version: 2, liveUpdates: 'JOURNAL' } })
  expect(await save()).toMatchObject({ syncSettings: { version: 3, liveUpdates: 'JOURNAL' } })
  expect(await save('WEBHOOKS')).toEqual({
    __typename: 'UpdateSyncSettingsPayload',
    syncSettings: {
      version: 4,
      liveUpdates: 'WEBHOOKS',
      freshness: { backlog: 0, behindSeconds: 0, lagSeconds: null, lastAppliedAt: null, lastEventAt: null },
    },
  })
  const { data } = await api.post(Budget, {}, workspace)
  expect(data?.hubspotConnection).toEqual({ budget: null })
})
