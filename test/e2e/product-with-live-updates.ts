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

const publicUrl = 'https://sync.example.test'

/** The running product with a started sync, and a dashboard that follows changes of contacts. */
export async function givenTheProduct(liveUpdates: 'WEBHOOKS' | 'JOURNAL') {
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
  const heard: { readonly kind: string; readonly name: string | undefined }[] = []
  void (async () => {
    for await (const { contactChanged } of client.subscribe(Watch)) {
      heard.push({ kind: contactChanged.kind, name: contactChanged.contact?.name })
    }
  })()
  const portal = simulator.portal()
  // The first change that arrives shows that the dashboard is subscribed and that events get through.
  const hello = portal.putContact({ properties: { email: 'hello@x.example' } })
  const greet = () => portal.putContact({ id: hello, properties: { firstname: `Hello ${Date.now()}` } })
  await waitFor(() => heard.length > 0 || !greet(), { everyMs: 1_000 })
  await waitFor(async () => (await sync.database.prisma.hubSpotChange.count()) === 0)
  const isOurs = (name: string | undefined) => name?.startsWith('Ada') === true
  return { portal, client, heard: () => heard.filter(({ name }) => isOurs(name)) }
}
