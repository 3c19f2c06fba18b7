import { expect, it } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { openGraphQLClient } from '../../client/graphql-client.ts'
import { startProcess } from '../../embedded/processes.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { mappings } from '../live/live-fixture.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

const Watch = graphql(`
  subscription WatchContacts {
    contactChanged { kind contact { externalId name } }
  }
`)

const Fresh = graphql(`
  query HowFresh {
    syncSettings { liveUpdates freshness { backlog behindSeconds lagSeconds lastAppliedAt lastEventAt } }
    hubspotConnection { budget { limit intervalSeconds remaining dailyLimit dailyRemaining seenAt } }
  }
`)

const publicUrl = 'https://sync.example.test'

/** The product as it runs, its sync started, and a dashboard that listens to changes of contacts. */
async function givenTheProduct(liveUpdates: 'WEBHOOKS' | 'JOURNAL', environment: Record<string, string> = {}) {
  const simulator = await startTestSimulator({ portals: [{ empty: true, dailyLimit: 250_000 }] })
  simulator.portal().putList({ listId: '42', members: 'all-contacts' })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', mappings)
  await updateSyncSettings(sync.context, sync.viewer, { liveUpdates })
  await sync.sync()
  const env = {
    ...(await createProcessEnvironment(sync.database)),
    HUBSPOT_API_URL: simulator.url,
    ENCRYPTION_KEYS: sync.encryptionKeys,
    PUBLIC_URL: publicUrl,
    ...environment,
  }
  const [api, worker] = await Promise.all([startProcess('serve', env), startProcess('work', env)])
  cleanUp(() => api.stop())
  cleanUp(() => worker.stop())
  const path = '/webhooks/hubspot'
  if (liveUpdates === 'WEBHOOKS') {
    simulator.webhooks.configure({ targetUrl: api.url + path, signedUrl: publicUrl + path })
  }
  const client = openGraphQLClient(api.url, sync.token)
  cleanUp(() => client.close())
  const heard: { readonly kind: string; readonly name: string | undefined; readonly at: number }[] = []
  void (async () => {
    for await (const { contactChanged } of client.subscribe(Watch)) {
      heard.push({ kind: contactChanged.kind, name: contactChanged.contact?.name, at: Date.now() })
    }
  })()
  const portal = simulator.portal()
  // The first change that is heard says that the dashboard listens and that events come through.
  const hello = portal.putContact({ properties: { email: 'hello@x.example' } })
  const greet = () => portal.putContact({ id: hello, properties: { firstname: `Hello ${Date.now()}` } })
  await waitFor(() => heard.length > 0 || !greet(), { timeoutMs: 60_000, everyMs: 4_000 })
  await waitFor(async () => (await sync.database.prisma.hubSpotChange.count()) === 0, { timeoutMs: 20_000 })
  const isOurs = (name: string | undefined) => name?.startsWith('Ada') === true
  return { portal, client, heard: () => heard.filter(({ name }) => isOurs(name)) }
}

it('B6, B61: a change in HubSpot is told by contactChanged within five seconds, by webhook', async () => {
  const { portal, client, heard } = await givenTheProduct('WEBHOOKS')

  const createdAt = Date.now()
  const id = portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })
  await waitFor(() => heard().length === 1, { timeoutMs: 20_000 })
  const changedAt = Date.now()
  portal.putContact({ id, properties: { lastname: 'Lovelace' } })
  await waitFor(() => heard().some(({ name }) => name === 'Ada Lovelace'), { timeoutMs: 20_000 })

  expect(heard().map(({ kind, name }) => `${kind} ${name}`)).toEqual(['CREATED Ada', 'UPDATED Ada Lovelace'])
  expect((heard()[0]?.at ?? 0) - createdAt).toBeLessThan(5_000)
  expect((heard()[1]?.at ?? 0) - changedAt).toBeLessThan(5_000)
  const { syncSettings, hubspotConnection } = await waitFor(
    async () => {
      const fresh = await client.request(Fresh)
      return fresh.syncSettings?.freshness.backlog === 0 ? fresh : undefined
    },
    { timeoutMs: 10_000 },
  )
  expect(syncSettings?.freshness).toMatchObject({ behindSeconds: 0, lastEventAt: expect.any(String) })
  expect(syncSettings?.freshness.lagSeconds).toBeLessThan(5)
  expect(hubspotConnection?.budget).toMatchObject({ limit: 110, intervalSeconds: 10, dailyLimit: 250_000 })
  expect(hubspotConnection?.budget?.dailyRemaining).toBeGreaterThan(249_000)
}, 90_000)

it('B6, B61: and by the journal within the poll interval', async () => {
  const { portal, heard } = await givenTheProduct('JOURNAL')

  const createdAt = Date.now()
  portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })
  await waitFor(() => heard().length === 1, { timeoutMs: 30_000 })

  expect(heard()).toMatchObject([{ kind: 'CREATED', name: 'Ada' }])
  const defaultIntervalMs = 10_000
  expect((heard()[0]?.at ?? 0) - createdAt).toBeLessThan(defaultIntervalMs)
}, 120_000)
