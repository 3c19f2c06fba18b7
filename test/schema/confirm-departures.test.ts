import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeRun } from '../support/graphql/stored-rows.ts'

const Resume = graphql(`
  mutation ResumeAfterDepartures($confirmDepartures: Boolean!) {
    resumeSync(confirmDepartures: $confirmDepartures) {
      __typename
      ... on ResumeSyncPayload { syncSettings { isPaused } }
      ... on UserError { code message }
    }
  }
`)
const Held = graphql(`query HeldRun($id: ID!) { syncRun(id: $id) { status holdReason } }`)

const api = await startTestApi()

test('B38, B58: a run that waits for a confirmation of departures continues only with it', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  await api.database.prisma.syncSettings.create({ data: { workspaceId } })
  const holdReason = '40 of 40 synced contacts are no longer in the selected source.'
  const run = await storeRun(api.database, workspaceId, { status: 'PAUSED', phase: 'SETTLING_CONTACTS', holdReason })
  const held = async () => (await api.post(Held, { id: globalId('SyncRun', run.id) }, { token })).data?.syncRun

  const refused = await api.post(Resume, { confirmDepartures: false }, { token })
  expect(refused.data?.resumeSync).toMatchObject({ code: 'SYNC_STATE', message: expect.stringContaining(holdReason) })
  expect(await held()).toEqual({ status: 'PAUSED', holdReason })

  const resumed = await api.post(Resume, { confirmDepartures: true }, { token })
  expect(resumed.data?.resumeSync).toMatchObject({ syncSettings: { isPaused: false } })
  expect(await held()).toEqual({ status: 'QUEUED', holdReason: null })
})
