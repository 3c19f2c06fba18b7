import { createClient as createSseClient } from 'graphql-sse'
import { expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { openGraphQLClient } from '../../client/graphql-client.ts'
import { startProcess } from '../../embedded/processes.ts'
import { expectedOutcome } from '../../simulator/expected-outcome.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { someBroker } from '../support/test-broker.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'

const [seed, contacts] = [5, 10_000]

const Start = graphql(`
  mutation StartIt {
    startSync { ... on StartSyncPayload { syncRun { id } } }
  }
`)

const Watch = graphql(`
  subscription WatchIt($runId: ID!) {
    syncProgress(runId: $runId) {
      status
      progress { processed total created updated unchanged linked skipped failed }
    }
  }
`)

const Look = graphql(`
  query LookAtIt($externalId: String!) {
    contact(by: { externalId: $externalId }) {
      externalId
      handles { source value }
      customFields { key value }
      hubspot { state lastSyncedAt }
    }
  }
`)

type State = { status: string; progress: Record<string, number | null> }

function expectOneStory(states: readonly State[]): void {
  const final = states.filter(({ status }) => status.startsWith('COMPLETED'))
  expect(final).toHaveLength(1)
  expect(states.at(-1)).toBe(final[0])
  for (const name of ['processed', 'created', 'updated', 'unchanged', 'linked', 'skipped', 'failed']) {
    const counts = states.map(({ progress }) => progress[name] ?? 0)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  }
  expect(states.some(({ status, progress }) => status === 'RUNNING' && (progress.processed ?? 0) > 0)).toBe(true)
}

someBroker('a run of 10,000 contacts', (kind) => {
  it('B68, B69, I6: reports the same monotonic progress with a single end to WebSocket and SSE clients', async () => {
    const simulator = await startTestSimulator({ portals: [{ seed, contacts, rateLimit: null }] })
    const sync = await createTestSync({ simulator })
    await setUpSeededListSync(sync)
    const env = {
      ...(await createProcessEnvironment(sync.database, kind)),
      HUBSPOT_API_URL: simulator.url,
      HUBSPOT_API_VERSION: 'v3',
      ENCRYPTION_KEYS: sync.encryptionKeys,
    }
    const [api, worker] = await Promise.all([startProcess('serve', env), startProcess('work', env)])
    cleanUp(() => api.stop())
    cleanUp(() => worker.stop())
    const client = openGraphQLClient(api.url, sync.token)
    cleanUp(() => client.close())
    const sse = createSseClient({ url: `${api.url}/graphql`, headers: { authorization: `Bearer ${sync.token}` } })
    cleanUp(() => sse.dispose())

    const startedAt = Date.now()
    const { startSync } = await client.request(Start)
    const runId = startSync !== null && 'syncRun' in startSync ? startSync.syncRun.id : ''
    const overWebSocket: State[] = []
    const overSse: State[] = []
    await Promise.all([
      (async () => {
        for await (const { syncProgress } of client.subscribe(Watch, { runId })) overWebSocket.push(syncProgress)
      })(),
      (async () => {
        const answers = sse.iterate<{ syncProgress: State }>({ query: Watch.toString(), variables: { runId } })
        for await (const { data } of answers) if (data) overSse.push(data.syncProgress)
      })(),
    ])

    expectOneStory(overWebSocket)
    expectOneStory(overSse)
    const expected = expectedOutcome(seed, contacts)
    expect(overSse.at(-1)?.progress).toMatchObject({ processed: expected.total, created: expected.created })

    const { rows } = await sync.database.pool.query<{ external_id: string }>(
      `SELECT external_id FROM contact WHERE custom_fields <> '{}' LIMIT 1`,
    )
    const { contact } = await client.request(Look, { externalId: rows[0]?.external_id ?? '' })
    expect(contact?.handles.length).toBeGreaterThan(0)
    expect(contact?.customFields.some(({ value }) => value != null)).toBe(true)
    expect(contact?.hubspot).toMatchObject({ state: 'ACTIVE' })
    expect(Date.parse(contact?.hubspot?.lastSyncedAt ?? '')).toBeGreaterThanOrEqual(startedAt)
  })
})
