import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact } from '../support/graphql/stored-rows.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const Preview = graphql(`
  mutation Preview($key: String) {
    previewSync(clientMutationId: $key) {
      __typename
      ... on PreviewSyncPayload { syncRun { id scope status preview { errors { type } } } }
      ... on UserError { code message }
    }
  }
`)
const PreviewResult = graphql(`
  query PreviewResult($id: ID!) {
    syncRun(id: $id) {
      status
      progress { processed created linked skipped }
      preview {
        samples { outcome rule objectType hubspotId hubspotUrl record { __typename id name } }
        errors { type title resolution objectType count hubspotIds }
        departures { objectType sourceDeleted outOfScope mergedAway }
      }
    }
  }
`)
const Explain = graphql(`
  query Explain($objectType: ObjectType! = CONTACT, $id: String!) {
    explainSync(objectType: $objectType, externalId: $id) {
      objectType hubspotId hubspotUrl mergedIntoId rule outcome isWritten reason takenHandle
      record { id name externalId }
      heldBy { id name externalId }
      errors { type status }
    }
  }
`)

const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
const api = await startTestApi({ simulator })
const portal = simulator.portal()
portal.putList({ listId: '42', members: 'all-contacts' })
const fresh = portal.putContact({ properties: { email: 'fresh@x.example' } })
const met = portal.putContact({ properties: { email: 'met@x.example' } })
const bare = portal.putContact({ properties: { firstname: 'Bare' } })

async function givenASetUp() {
  const workspace = await api.createWorkspace()
  const { workspaceId, userId, organizationId } = workspace
  await api.connect(workspace)
  const viewer = { workspaceId, userId, organizationId, plan: 'GROWTH', role: 'WORKSPACE_ADMIN' } as const
  await updateSyncSettings(api.sync, viewer, { contactsEnabled: true, contactSource: 'FROM_LIST', listId: '42' })
  await setFieldMappings(api.sync, viewer, 'CONTACT', [{ property: 'email', target: 'EMAIL' }])
  const local = await storeContact(api.database, workspaceId, { name: 'Local', email: 'met@x.example' })
  return { ...workspace, local }
}

test('I4: a preview is a run whose counts, samples, and errors show what a start would do', async () => {
  const { workspaceId, token, local } = await givenASetUp()

  const begun = await api.post(Preview, { key: 'once' }, { token })
  const again = await api.post(Preview, { key: 'once' }, { token })
  const run = await api.database.prisma.syncRun.findFirstOrThrow({ where: { workspaceId } })
  await workOnRun(api.sync, { workspaceId, runId: run.id }, new AbortController().signal)
  const { data } = await api.post(PreviewResult, { id: globalId('SyncRun', run.id) }, { token })

  const id = globalId('SyncRun', run.id)
  expect(begun.data?.previewSync).toEqual({
    __typename: 'PreviewSyncPayload',
    syncRun: { id, scope: 'PREVIEW', status: 'QUEUED', preview: null },
  })
  expect(again.data?.previewSync).toMatchObject({ syncRun: { id } })
  const at = { objectType: 'CONTACT', hubspotUrl: expect.stringContaining('/record/0-1/') }
  expect(data?.syncRun).toEqual({
    status: 'COMPLETED_WITH_ERRORS',
    progress: { processed: 3, created: 1, linked: 1, skipped: 1 },
    preview: {
      samples: [
        { ...at, outcome: 'CREATED', rule: 'NEW', hubspotId: fresh, record: null },
        {
          ...at,
          outcome: 'LINKED',
          rule: 'MATCHED_BY_HANDLE',
          hubspotId: met,
          record: { __typename: 'Contact', id: globalId('Contact', local), name: 'Local' },
        },
        { ...at, outcome: 'SKIPPED', rule: 'MISSING_HANDLE', hubspotId: bare, record: null },
      ],
      errors: [
        {
          type: 'MISSING_HANDLE',
          title: expect.any(String),
          resolution: expect.stringContaining('handle'),
          objectType: 'CONTACT',
          count: 1,
          hubspotIds: [bare],
        },
      ],
      departures: [
        { objectType: 'ACCOUNT', sourceDeleted: 0, outOfScope: 0, mergedAway: 0 },
        { objectType: 'CONTACT', sourceDeleted: 0, outOfScope: 0, mergedAway: 0 },
      ],
    },
  })
})

test('B15, B23: a preview requires a log-in and a set-up, as a start does', async () => {
  const workspace = await api.createWorkspace()
  const { token } = workspace

  expect((await api.post(Preview, {}, { token })).data?.previewSync).toMatchObject({ code: 'NOT_CONNECTED' })
  await api.connect(workspace)
  expect((await api.post(Preview, {}, { token })).data?.previewSync).toMatchObject({ code: 'SYNC_STATE' })
})

test('B46: an explanation contains the rule, the contact, and the reason', async () => {
  const { token, local } = await givenASetUp()

  const linked = await api.post(Explain, { id: met }, { token })
  const skipped = await api.post(Explain, { id: bare }, { token })
  const refused = await api.post(Explain, { id: 'ada' }, { token })

  expect(linked.data?.explainSync).toEqual({
    objectType: 'CONTACT',
    hubspotId: met,
    hubspotUrl: expect.stringContaining(met),
    mergedIntoId: null,
    rule: 'MATCHED_BY_HANDLE',
    outcome: 'LINKED',
    isWritten: true,
    reason: expect.stringContaining('Rule 2a'),
    takenHandle: null,
    record: { id: globalId('Contact', local), name: 'Local', externalId: null },
    heldBy: null,
    errors: [],
  })
  expect(skipped.data?.explainSync).toMatchObject({ rule: 'MISSING_HANDLE', outcome: 'SKIPPED', isWritten: false })
  expect(refused.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }])
})
