import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import type { AuditAction, SyncErrorFilter } from '../../client/generated/graphql.ts'
import { graphql } from '../../client/generated/index.ts'
import { type GraphQLClient, openGraphQLClient } from '../../client/graphql-client.ts'
import { connectHubSpot } from '../../demo/connect-hubspot.ts'
import { expectType } from '../../demo/expect-type.ts'
import { startProcess } from '../../embedded/processes.ts'
import { openDatabase } from '../../src/database/database.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { startTestSimulator } from '../support/test-sync.ts'
import { waitFor as waitAtMost } from '../support/wait-for.ts'

const LifeSettings = graphql(`
  mutation LifeSettings($listId: String!) {
    updateSyncSettings(input: { contactsEnabled: true, contactSource: FROM_LIST, listId: $listId }) {
      __typename
      ... on UserError { message }
    }
  }
`)
const LifeMap = graphql(`
  mutation LifeMap($mappings: [FieldMappingInput!]!) {
    setFieldMappings(mappings: $mappings) { __typename ... on UserError { message } }
  }
`)
const LifePreview = graphql(`
  mutation LifePreview {
    previewSync { __typename ... on PreviewSyncPayload { syncRun { id } } ... on UserError { message } }
  }
`)
const LifeStart = graphql(`
  mutation LifeStart {
    startSync { __typename ... on StartSyncPayload { syncRun { id } } ... on UserError { message } }
  }
`)
const LifeFollow = graphql(`
  subscription LifeFollow($id: ID!) {
    syncProgress(runId: $id) {
      status
      failure { type }
      progress { created skipped }
      preview { errors { type count } }
    }
  }
`)
const LifeSummary = graphql(`query LifeSummary { syncErrorSummary { type count records resolution } }`)
const LifeErrors = graphql(`
  query LifeErrors($filter: SyncErrorFilter) { syncErrors(filter: $filter, first: 1) { totalCount } }
`)
const LifeIgnore = graphql(`
  mutation LifeIgnore($filter: SyncErrorFilter!) {
    ignoreSyncErrors(filter: $filter) {
      __typename
      ... on IgnoreSyncErrorsPayload { affected }
      ... on UserError { message }
    }
  }
`)
const LifeRetry = graphql(`
  mutation LifeRetry($filter: SyncErrorFilter!) {
    retrySyncErrors(filter: $filter) {
      __typename
      ... on RetrySyncErrorsPayload { affected syncRuns { id } }
      ... on UserError { message }
    }
  }
`)
const LifeConnection = graphql(`query LifeConnection { hubspotConnection { status } }`)
const LifeLastRun = graphql(`
  query LifeLastRun { syncRuns(first: 1) { nodes { id status trigger } } contacts(first: 1) { totalCount } }
`)
const LifeInvite = graphql(`
  mutation LifeInvite($email: String!) {
    inviteMember(email: $email, role: WORKSPACE_ADMIN) {
      __typename
      ... on InviteMemberPayload { member { id } }
      ... on UserError { message }
    }
  }
`)
const LifeMembers = graphql(`query LifeMembers { members { nodes { id email role } } viewer { role } }`)
const LifeRemove = graphql(`
  mutation LifeRemove($id: ID!) { removeMember(id: $id) { __typename ... on UserError { message } } }
`)
const LifeLog = graphql(`
  query LifeLog { auditLog(first: 100) { nodes { action outcome user { email } details { name value } } } }
`)

const conflicts = 3_000
const jwtSecret = 'a secret of the identity provider, long enough'

/** As long as a busy machine may take. */
const waitFor = <T>(condition: () => T | Promise<T>) => waitAtMost(condition, { timeoutMs: 120_000 })

/** The API and a worker as processes, and a HubSpot in which all people of a company have its switchboard as their phone. */
async function startProduct() {
  const simulator = await startTestSimulator({ portals: [{ contacts: 0, companies: 0, rateLimit: null }] })
  const portal = simulator.portal()
  const ids = Array.from({ length: conflicts + 1 }, (_, number) =>
    portal.putContact({
      properties: { firstname: `Person ${number}`, email: `p${number}@acme.example`, phone: '+1 650-253-0000' },
    }),
  )
  portal.putList({ listId: '7', name: 'Acme', members: ids })
  const database = await createTestDatabase()
  const env = {
    ...(await createProcessEnvironment(database)),
    HUBSPOT_API_URL: simulator.url,
    HUBSPOT_APP_URL: simulator.url,
    HUBSPOT_API_VERSION: 'v3',
    AUTH_JWT_SECRET: jwtSecret,
    AUTH_USER_CLAIM: 'email',
  }
  const store = openDatabase(database.url)
  const { token } = await createWorkspace(store, { name: 'Acme', plan: 'GROWTH', adminEmail: 'ada@acme.example' })
  await store.close()
  const [api, worker] = await Promise.all([startProcess('serve', env), startProcess('work', env)])
  cleanUp(() => api.stop())
  cleanUp(() => worker.stop())
  const as = (credential: string) => {
    const client = openGraphQLClient(api.url, credential)
    cleanUp(() => client.close())
    return client
  }
  return { simulator, ada: as(token), as }
}

/** The last state of a run. */
async function endOf(client: GraphQLClient, id: string) {
  let last: {
    status: string
    failure: { type: string } | null
    progress: { created: number; skipped: number }
  } | null = null
  let preview: readonly { type: string; count: number }[] = []
  for await (const { syncProgress } of client.subscribe(LifeFollow, { id })) {
    last = syncProgress
    preview = syncProgress.preview?.errors ?? []
  }
  if (last === null) throw new Error('The run told nothing.')
  return { ...last, preview }
}

async function start(client: GraphQLClient) {
  return expectType((await client.request(LifeStart)).startSync, 'StartSyncPayload').syncRun.id
}

async function retry(client: GraphQLClient, filter: SyncErrorFilter) {
  const retried = expectType((await client.request(LifeRetry, { filter })).retrySyncErrors, 'RetrySyncErrorsPayload')
  for (const { id } of retried.syncRuns) await endOf(client, id)
  return retried.affected
}

/** A log-in at the host's identity provider. */
function logIn(email: string): Promise<string> {
  return new SignJWT({ email, email_verified: true })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(email)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(jwtSecret))
}

test('B10, B17, B19, B54, B56: an admin connects, previews, starts, decides thousands of conflicts, reconnects, hands over, and leaves', async () => {
  const { simulator, ada, as } = await startProduct()

  await connectHubSpot(ada)
  expectType((await ada.request(LifeSettings, { listId: '7' })).updateSyncSettings, 'UpdateSyncSettingsPayload')
  const names = { property: 'firstname', target: 'FIRST_NAME' } as const
  const emails = { property: 'email', target: 'EMAIL' } as const
  const map = async (...mappings: (typeof names | typeof emails | { property: 'phone'; target: 'PHONE' })[]) =>
    expectType((await ada.request(LifeMap, { mappings })).setFieldMappings, 'SetFieldMappingsPayload')
  await map(names, emails, { property: 'phone', target: 'PHONE' })

  // A preview tells what the mapping would lead to, and the run does exactly that.
  const { syncRun } = expectType((await ada.request(LifePreview)).previewSync, 'PreviewSyncPayload')
  expect((await endOf(ada, syncRun.id)).preview).toEqual([{ type: 'PHONE_TAKEN', count: conflicts }])
  expect(await endOf(ada, await start(ada))).toMatchObject({
    status: 'COMPLETED_WITH_ERRORS',
    progress: { created: 1, skipped: conflicts },
  })
  expect((await ada.request(LifeSummary)).syncErrorSummary).toMatchObject([
    { type: 'PHONE_TAKEN', count: conflicts, records: conflicts },
  ])

  // All conflicts are decided in one call, and that is undone in one call.
  const open = async () => (await ada.request(LifeErrors, { filter: {} })).syncErrors?.totalCount
  const ignored = (await ada.request(LifeIgnore, { filter: { type: 'PHONE_TAKEN' } })).ignoreSyncErrors
  expect(expectType(ignored, 'IgnoreSyncErrorsPayload').affected).toBe(conflicts)
  expect(await open()).toBe(0)
  expect(await retry(ada, { status: 'IGNORED' })).toBe(conflicts)
  expect(await open()).toBe(conflicts)

  // The mapping was the mistake.
  await map(names, emails)
  expect(await retry(ada, { type: 'PHONE_TAKEN' })).toBe(conflicts)
  expect(await open()).toBe(0)
  expect((await ada.request(LifeLastRun)).contacts.totalCount).toBe(conflicts + 1)

  // HubSpot is logged out, and the run that was refused starts again after the log-in.
  simulator.revokeTokens()
  expect(await endOf(ada, await start(ada))).toMatchObject({ status: 'FAILED', failure: { type: 'AUTHORIZATION' } })
  expect((await ada.request(LifeConnection)).hubspotConnection?.status).toBe('NEEDS_RECONNECT')
  await connectHubSpot(ada)
  await waitFor(async () => {
    const [run] = (await ada.request(LifeLastRun)).syncRuns.nodes
    return run?.trigger === 'RECONNECTED' && run.status === 'COMPLETED'
  })

  // A colleague takes over, and Ada leaves.
  expectType((await ada.request(LifeInvite, { email: 'bob@acme.example' })).inviteMember, 'InviteMemberPayload')
  const bob = as(await logIn('bob@acme.example'))
  const { members, viewer } = await bob.request(LifeMembers)
  expect(viewer.role).toBe('WORKSPACE_ADMIN')
  const self = members?.nodes.find(({ email }) => email === 'ada@acme.example')?.id ?? ''
  expectType((await ada.request(LifeRemove, { id: self })).removeMember, 'RemoveMemberPayload')
  await expect(ada.request(LifeConnection)).rejects.toThrow('This API token was revoked.')
  expect(await endOf(bob, await start(bob))).toMatchObject({
    status: 'COMPLETED',
    progress: { created: 0, skipped: 0 },
  })

  // The log tells the whole story.
  const entries = (await bob.request(LifeLog)).auditLog?.nodes.toReversed() ?? []
  expect(entries.every(({ outcome }) => outcome === 'DONE')).toBe(true)
  const told = entries.map(({ action, user }) => [action, user?.email ?? null])
  const byAda = (action: AuditAction) => [action, 'ada@acme.example']
  expect(told.filter(([action]) => action !== 'WORKSPACE_CREATED')).toEqual([
    byAda('HUBSPOT_CONNECTED'),
    byAda('SETTINGS_CHANGED'),
    byAda('MAPPINGS_CHANGED'),
    byAda('SYNC_STARTED'),
    byAda('ERRORS_IGNORED'),
    byAda('ERRORS_RETRIED'),
    byAda('MAPPINGS_CHANGED'),
    byAda('ERRORS_RETRIED'),
    byAda('SYNC_STARTED'),
    byAda('HUBSPOT_CONNECTED'),
    byAda('MEMBER_INVITED'),
    byAda('MEMBER_REMOVED'),
    ['SYNC_STARTED', 'bob@acme.example'],
  ])
})
