import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.ts'
import type { Viewer } from '../../src/auth/viewer.ts'
import type { Announcements } from '../../src/broker/announcements.ts'
import type { ApiVersion } from '../../src/config/environment.ts'
import type { ConnectionContext } from '../../src/connection/connection-context.ts'
import { openPortal } from '../../src/connection/open-portal.ts'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import { openEncryption } from '../../src/encryption/encryption.ts'
import type { SyncRun } from '../../src/generated/prisma/client.ts'
import type { CallBudget } from '../../src/hubspot/call-budget.ts'
import { openHubSpot } from '../../src/hubspot/gateway.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import type { MappingInput } from '../../src/sync/settings/mapping-rules.ts'
import { setFieldMappings } from '../../src/sync/settings/set-field-mappings.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { defaultTuning, type RunChunk, type SyncContext, type SyncTuning } from '../../src/sync/sync-context.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { wireContexts } from '../../src/wire-contexts.ts'
import { createWorkspace } from '../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from './clean-up.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

/** A simulator that ends with the test. */
export async function startTestSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options)
  cleanUp(() => simulator.close())
  return simulator
}

/** A budget for portals without limits. */
export const unlimited: CallBudget = {
  take: async () => ({ end: () => {} }),
  answered: () => {},
  refused: async () => {},
}

const nobodyListens: Announcements = {
  publish: async () => {},
  subscribe: async () => {
    throw new Error('this test listens to announcements: give it a broker')
  },
}

export interface TestSyncOptions {
  readonly simulator: Simulator
  readonly database?: TestDatabase
  readonly announcements?: Announcements
  readonly tuning?: Partial<SyncTuning>
  readonly now?: () => Date
  /** Default v3. */
  readonly apiVersion?: ApiVersion
  /** Maximum duration of a call to HubSpot. */
  readonly deadlineMs?: number
  /** Log level. Errors that a test provokes are kept out of its output. */
  readonly level?: string
}

export interface TestSync {
  readonly database: TestDatabase
  readonly context: SyncContext
  readonly connection: ConnectionContext
  readonly viewer: Viewer
  /** Token of the workspace's admin. */
  readonly token: string
  readonly encryptionKeys: string
  /** Chunks that were enqueued and not processed yet. */
  readonly queue: RunChunk[]
  /**
   * The context of another worker in the same workspace, with its own connections to HubSpot and its own copy of the
   * token.
   */
  otherWorker(): SyncContext
  /** Starts a run and processes it to its end in this process. */
  sync(): Promise<SyncRun>
  /** Processes enqueued chunks until there are none. */
  workOff(): Promise<void>
  run(id: string): Promise<SyncRun>
}

/** A workspace connected to the simulator's first portal, with an admin, and the sync without a queue or a server. */
export async function createTestSync({
  simulator,
  database: given,
  announcements = nobodyListens,
  tuning = {},
  now = () => new Date(),
  apiVersion = 'v3',
  deadlineMs,
  level = 'silent',
}: TestSyncOptions): Promise<TestSync> {
  const database = given ?? (await createTestDatabase())
  const encryptionKeys = `test:${randomBytes(32).toString('base64')}`
  const encryption = openEncryption(encryptionKeys)
  const openGateway = () => {
    const hubspot = openHubSpot({
      environment: {
        clientId: simulator.clientId,
        clientSecret: simulator.clientSecret,
        apiUrl: simulator.url,
        appUrl: simulator.url,
        apiVersion,
      },
      publicUrl: 'http://localhost:4000',
      budget: unlimited,
      // Tests do not wait between attempts.
      pause: async (_ms, signal) => signal?.throwIfAborted(),
      deadlineMs,
    })
    cleanUp(() => hubspot.close())
    return hubspot
  }
  const hubspot = openGateway()
  const queue: RunChunk[] = []
  const { connection, sync: context } = wireContexts({
    database,
    encryption,
    hubspot,
    announcements,
    enqueueRun: async (chunk) => void queue.push(chunk),
    now,
    log: pino({ level }),
    tuning: { ...defaultTuning, ...tuning },
  })
  const { workspaceId, organizationId, userId, token } = await createWorkspace(database, {
    name: 'Test',
    plan: 'GROWTH',
    adminEmail: `admin-${randomBytes(4).toString('hex')}@example.test`,
  })
  const viewer: Viewer = { workspaceId, organizationId, userId, plan: 'GROWTH', role: 'WORKSPACE_ADMIN' }
  const portal = simulator.portal()
  const tokens = simulator.issueAccessToken(portal.hubId)
  await database.prisma.hubSpotConnection.create({
    data: {
      workspaceId,
      status: 'CONNECTED',
      portalId: portal.hubId,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
      timeZone: 'UTC',
      scopes: [],
      accessToken: encryption.encrypt(tokens.accessToken, workspaceId),
      refreshToken: encryption.encrypt(tokens.refreshToken, workspaceId),
      accessTokenExpiresAt: new Date(now().getTime() + 30 * 60_000),
      connectedById: userId,
      connectedAt: now(),
    },
  })
  const workOff = async () => {
    for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
      const outcome = await workOnRun(context, chunk, new AbortController().signal)
      if (outcome === 'more') queue.push(chunk)
    }
  }
  const run = (id: string) => database.prisma.syncRun.findFirstOrThrow({ where: { id, workspaceId } })
  return {
    database,
    context,
    connection,
    viewer,
    token,
    encryptionKeys,
    queue,
    otherWorker: () => {
      const other = { ...connection, hubspot: openGateway() }
      return { ...context, openPortal: (id) => openPortal(other, id) }
    },
    workOff,
    run,
    sync: async () => {
      const { id } = await startSync(context, viewer)
      await workOff()
      return run(id)
    },
  }
}

/** Turns on the sync of contacts from a list, with these mappings. The custom fields in them must exist. */
export async function setUpListSync(
  { context, viewer }: TestSync,
  listId: string,
  mappings: readonly MappingInput[],
): Promise<void> {
  await updateSyncSettings(context, viewer, { contactsEnabled: true, contactSource: 'FROM_LIST', listId })
  await setFieldMappings(context, viewer, 'CONTACT', mappings)
}

/**
 * Sets up the mapping for which the simulator knows the outcome of its seeded portal, with the custom fields that it
 * needs.
 */
export async function setUpSeededListSync(sync: TestSync): Promise<void> {
  const fields = [
    ['jobtitle', 'Job title', 'STRING'],
    ['city', 'City', 'STRING'],
    ['lifecyclestage', 'Stage', 'STRING'],
    ['annual_spend', 'Annual spend', 'NUMBER'],
    ['newsletter_opt_in', 'Newsletter', 'BOOLEAN'],
    ['customer_since', 'Customer since', 'DATETIME'],
  ] as const
  const custom: MappingInput[] = []
  for (const [property, name, type] of fields) {
    const field = await createCustomField(sync.database, sync.viewer, { objectType: 'CONTACT', name, type })
    custom.push({ property, target: 'CUSTOM_FIELD', customField: field.key })
  }
  await setUpListSync(sync, '42', [
    { property: 'firstname', target: 'FIRST_NAME' },
    { property: 'lastname', target: 'LAST_NAME' },
    { property: 'about', target: 'DESCRIPTION' },
    { property: 'email', target: 'EMAIL' },
    { property: 'work_email', target: 'EMAIL' },
    { property: 'phone', target: 'PHONE' },
    { property: 'mobilephone', target: 'PHONE' },
    ...custom,
  ])
}
