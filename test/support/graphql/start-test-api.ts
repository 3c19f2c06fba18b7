import { randomBytes } from 'node:crypto'
import { type Logger, pino } from 'pino'
import type { Registry } from 'prom-client'
import type { TypedDocumentString } from '../../../client/generated/graphql.ts'
import type { Simulator } from '../../../simulator/index.ts'
import type { ViewerRole } from '../../../src/auth/viewer.ts'
import type { ConnectionContext } from '../../../src/connection/connection-context.ts'
import { openEncryption } from '../../../src/encryption/encryption.ts'
import type { Plan } from '../../../src/generated/prisma/enums.ts'
import type { CallBudget } from '../../../src/hubspot/call-budget.ts'
import { openHubSpot } from '../../../src/hubspot/gateway.ts'
import type { ApiOptions } from '../../../src/server/api-options.ts'
import { type ApiServer, createServer } from '../../../src/server/create-server.ts'
import { defaultLimits, longestResult } from '../../../src/server/limits/operation-limits.ts'
import type { SyncContext } from '../../../src/sync/sync-context.ts'
import type { WebhookContext } from '../../../src/webhooks/receive-webhook.ts'
import { wireContexts } from '../../../src/wire-contexts.ts'
import { createUser, type IssuedUser } from '../../../src/workspaces/manage-users.ts'
import { createWorkspace, type IssuedWorkspace } from '../../../src/workspaces/manage-workspaces.ts'
import { cleanUp } from '../clean-up.ts'
import { createTestBroker, type TestBroker } from '../test-broker.ts'
import { createTestDatabase, type TestDatabase } from '../test-database.ts'
import { unlimited } from '../test-sync.ts'
import { type GraphQLAnswer, post, type RequestOptions } from './post.ts'

export interface TestApi {
  readonly url: string
  readonly database: TestDatabase
  readonly sync: SyncContext
  readonly connection: ConnectionContext
  readonly webhooks: WebhookContext
  readonly broker: TestBroker
  readonly server: ApiServer
  /** Creates a workspace and a token for its admin. Default: on the Growth plan. */
  createWorkspace(options?: { plan?: Plan; organizationId?: string }): Promise<IssuedWorkspace>
  /** Creates a user of the workspace with a token. */
  createUser(workspaceId: string, role: ViewerRole): Promise<IssuedUser>
  /** Sends an operation over HTTP. */
  post<R, V>(document: TypedDocumentString<R, V>, variables: V, options?: RequestOptions): Promise<GraphQLAnswer<R>>
  /** Connects a workspace to the simulator's first portal. */
  connect(workspace: IssuedWorkspace): Promise<void>
}

/** Starts the API on its own sockets, with a database and a broker that nobody else uses. It ends with the test. */
export async function startTestApi({
  simulator,
  log = pino({ level: 'silent' }),
  options,
  metrics,
  budget = () => unlimited,
  requestPatienceMs,
  returnUrls,
}: {
  simulator?: Simulator
  /** Budget of calls to HubSpot. Default: unlimited. */
  budget?: (broker: TestBroker) => CallBudget
  requestPatienceMs?: number
  returnUrls?: readonly string[]
  log?: Logger
  options?: Partial<ApiOptions>
  metrics?: Registry
} = {}): Promise<TestApi> {
  const resultCharacters = longestResult(options?.limits ?? defaultLimits)
  const database = await createTestDatabase({ resultCharacters })
  const broker = await createTestBroker(undefined, database.url)
  const nowhere = 'http://127.0.0.1:9'
  const hubspot = openHubSpot({
    environment: {
      clientId: simulator?.clientId ?? 'nobody',
      clientSecret: simulator?.clientSecret ?? 'nobody',
      apiUrl: simulator?.url ?? nowhere,
      appUrl: simulator?.url ?? nowhere,
      apiVersion: '2026-03',
    },
    publicUrl: 'http://localhost:4000',
    budget: budget(broker),
    requestPatienceMs,
    pause: async (_ms, signal) => signal?.throwIfAborted(),
  })
  cleanUp(() => hubspot.close())
  const encryption = openEncryption(`test:${randomBytes(32).toString('base64')}`)
  const now = () => new Date()
  const { connection, sync } = wireContexts({
    database,
    encryption,
    hubspot,
    announcements: broker.announcements,
    enqueueRun: async () => {},
    now,
    returnUrls,
    log,
  })
  const dependencies = { database: () => database.pool.query('SELECT'), broker: () => broker.check() }
  const webhooks = {
    database,
    clientSecret: simulator?.clientSecret ?? 'nobody',
    publicUrl: 'http://localhost:4000',
    now,
  }
  const { rateWindows } = broker
  const server = createServer({
    database,
    sync,
    connection,
    webhooks,
    rateWindows,
    dependencies,
    log,
    metrics,
    options,
  })
  const { url } = await server.listen(0, '127.0.0.1')
  cleanUp(() => server.close())

  return {
    url,
    database,
    sync,
    connection,
    webhooks,
    broker,
    server,
    createWorkspace: ({ plan = 'GROWTH', organizationId } = {}) =>
      createWorkspace(database, { name: 'Test', plan, adminEmail: 'admin@example.test', organizationId }),
    createUser: (workspaceId, role) =>
      createUser(database, { workspaceId, role, email: `${randomBytes(4).toString('hex')}@example.test` }),
    post: (document, variables, options) => post(url, document, variables, options),
    connect: async ({ workspaceId, userId }) => {
      if (simulator === undefined) throw new Error('there is no simulator to connect to')
      const { hubId } = simulator.portal()
      const tokens = simulator.issueAccessToken(hubId)
      await database.prisma.hubSpotConnection.create({
        data: {
          workspaceId,
          status: 'CONNECTED',
          portalId: hubId,
          uiDomain: 'app-eu1.hubspot.com',
          dataHostingLocation: 'eu1',
          timeZone: 'UTC',
          scopes: ['oauth'],
          accessToken: encryption.encrypt(tokens.accessToken, workspaceId),
          refreshToken: encryption.encrypt(tokens.refreshToken, workspaceId),
          accessTokenExpiresAt: new Date(Date.now() + 30 * 60_000),
          connectedById: userId,
          connectedAt: now(),
        },
      })
    },
  }
}
