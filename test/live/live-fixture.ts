import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Simulator } from '../../simulator/index.ts'
import { syncChanges } from '../../src/sync/live/sync-changes.ts'
import type { MappingInput } from '../../src/sync/settings/mapping-rules.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { receiveWebhook } from '../../src/webhooks/receive-webhook.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestSync, setUpListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'

export const mappings: readonly MappingInput[] = [
  { property: 'firstname', target: 'FIRST_NAME' },
  { property: 'lastname', target: 'LAST_NAME' },
  { property: 'email', target: 'EMAIL' },
  { property: 'phone', target: 'PHONE' },
]

export interface LiveWorkspace {
  readonly simulator: Simulator
  readonly sync: TestSync
  /** Sends HubSpot's events and works until all of their changes are processed. */
  catchUp(): Promise<void>
  /** The records in the store that came from HubSpot, as text, so that two stores can be compared. */
  tell(): Promise<string[]>
  put(properties: Record<string, string | null>, id?: string): string
}

/**
 * An empty portal, and a workspace that receives webhooks and has started its sync of list 42, which contains everyone.
 */
export async function givenLiveUpdates(options: { readonly contacts?: number } = {}): Promise<LiveWorkspace> {
  const { contacts = 0 } = options
  const simulator = await startTestSimulator({
    portals: [contacts > 0 ? { contacts, companies: 0, rateLimit: null } : { empty: true, rateLimit: null }],
  })
  const portal = simulator.portal()
  if (contacts === 0) portal.putList({ listId: '42', members: 'all-contacts' })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', mappings)
  await updateSyncSettings(sync.context, sync.viewer, { liveUpdates: 'WEBHOOKS' })
  await sync.sync()
  const targetUrl = await takeWebhooks(sync, simulator)
  simulator.webhooks.configure({ targetUrl, isHeld: true })
  return {
    simulator,
    sync,
    put: (properties, id) => portal.putContact({ properties, ...(id !== undefined && { id }) }),
    tell: () => tellStore(sync),
    catchUp: async () => {
      await simulator.webhooks.flush()
      await workOff(sync)
    },
  }
}

/** Processes the changes that HubSpot reported until they are done. */
export async function workOff(sync: TestSync): Promise<void> {
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  for (let turns = 0; turns < 50; turns++) {
    await syncChanges(sync.context)
    if ((await prisma.hubSpotChange.count({ where: { workspaceId } })) === 0) return
    await sync.workOff()
  }
  throw new Error('what HubSpot told of is not worked off')
}

async function takeWebhooks(sync: TestSync, simulator: Simulator): Promise<string> {
  const path = '/webhooks/hubspot'
  let publicUrl = ''
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp } = request.headers
    const outcome = await receiveWebhook(
      { database: sync.database, clientSecret: simulator.clientSecret, publicUrl, now: sync.context.now },
      {
        method: 'POST',
        path,
        body: Buffer.concat(chunks),
        signature: String(signature),
        timestamp: String(timestamp),
      },
    )
    response.writeHead(outcome === 'taken' ? 200 : 400).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp(() => new Promise((resolve) => server.close(resolve)))
  publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return publicUrl + path
}

export async function tellStore({ database: { prisma }, viewer: { workspaceId } }: TestSync): Promise<string[]> {
  const contacts = await prisma.contact.findMany({
    where: { workspaceId },
    include: { handles: { orderBy: [{ source: 'asc' }, { value: 'asc' }] }, link: true },
  })
  const errors = await prisma.syncError.findMany({ where: { workspaceId, status: 'OPEN' } })
  return [
    ...contacts.map(({ externalId, name, handles, link }) =>
      [externalId ?? '-', name, ...handles.map(({ value }) => value), link?.state ?? 'unlinked'].join(' '),
    ),
    ...errors.map(({ type, hubspotId, property }) => `error ${type} ${hubspotId} ${property}`),
  ].sort()
}
