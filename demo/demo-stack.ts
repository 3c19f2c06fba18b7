import { randomBytes } from 'node:crypto'
import pc from 'picocolors'
import { type ApiProcess, type ManagedProcess, startProcess } from '../embedded/processes.ts'
import { type Stack, startStack } from '../embedded/stack.ts'
import { type Simulator, startSimulator } from '../simulator/index.ts'
import { openDatabase } from '../src/database/database.ts'
import { createWorkspace, type IssuedWorkspace } from '../src/workspaces/manage-workspaces.ts'

/** Everything that the demo needs, started on free ports. */
export interface DemoStack {
  readonly apiUrl: string
  readonly simulator: Simulator
  readonly workspace: IssuedWorkspace
  readonly brokerName: string
  stop(): Promise<void>
}

/** Starts servers, API and worker as processes of their own; what was started is stopped again if one of them fails. */
export async function startDemoStack({ seed, contacts }: { seed: number; contacts: number }): Promise<DemoStack> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    console.log(pc.dim('Starting …'))
    // What a shell sets for other work must not leak in: the demo brings its own servers.
    const stack: Stack = await startStack({})
    stops.push(stack.stop)
    const simulator = await startSimulator({ portals: [{ seed, contacts, rateLimit: null }] })
    stops.push(simulator.close)
    const env = environmentFor(stack, simulator)
    const starting: [Promise<ApiProcess>, Promise<ManagedProcess>] = [
      startProcess('serve', env),
      startProcess('work', env),
    ]
    for (const process of starting) void process.then((started) => stops.push(() => started.stop())).catch(() => {})
    const [api] = await Promise.all(starting)
    const workspace = await makeWorkspace(stack.databaseUrl)
    const brokerName = stack.redisUrl === null ? 'PostgreSQL as queue (no Redis installed)' : 'Redis'
    return { apiUrl: api.url, simulator, workspace, brokerName, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function environmentFor(stack: Stack, simulator: Simulator) {
  return {
    DATABASE_URL: stack.databaseUrl,
    REDIS_URL: stack.redisUrl ?? '',
    PUBLIC_URL: '',
    PORT: undefined,
    HUBSPOT_CLIENT_ID: simulator.clientId,
    HUBSPOT_CLIENT_SECRET: simulator.clientSecret,
    HUBSPOT_API_URL: simulator.url,
    HUBSPOT_APP_URL: simulator.url,
    HUBSPOT_API_VERSION: '',
    ENCRYPTION_KEYS: `demo:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'info',
    WORKER_CONCURRENCY: '',
  }
}

async function makeWorkspace(databaseUrl: string): Promise<IssuedWorkspace> {
  const database = openDatabase(databaseUrl)
  try {
    return await createWorkspace(database, { name: 'Demo', plan: 'GROWTH', adminEmail: 'ada@demo.example' })
  } finally {
    await database.close()
  }
}
