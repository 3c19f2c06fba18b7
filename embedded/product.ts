import { randomBytes } from 'node:crypto'
import { type Simulator, startSimulator } from '../simulator/index.ts'
import { openDatabase } from '../src/database/database.ts'
import { createWorkspace, type IssuedWorkspace } from '../src/workspaces/manage-workspaces.ts'
import { type ApiProcess, type ManagedProcess, startProcess } from './processes.ts'
import { type Stack, startStack } from './stack.ts'

/** The whole product on free ports, with a simulated HubSpot and one workspace. Nothing of it outlives this process. */
export interface Product {
  readonly apiUrl: string
  readonly databaseUrl: string
  readonly worker: ManagedProcess
  /** Process ids by what runs in them. */
  readonly pids: Readonly<Record<string, number>>
  /** Runs in this process, without limits. */
  readonly simulator: Simulator
  readonly workspace: IssuedWorkspace
  /** Creates another workspace of another organization, on the plan that the sync requires. */
  addWorkspace(name: string): Promise<IssuedWorkspace>
  readonly brokerName: string
  stop(): Promise<void>
}

export interface ProductOptions {
  readonly seed: number
  readonly contacts: number
  /** Default 1,000. */
  readonly companies?: number
  /** Folder of an installation for production, whose dist/ is run. Otherwise the sources of this project are run. */
  readonly installation?: string
}

/** Starts servers, API, and worker as separate processes. If one fails, those that were started are stopped again. */
export async function startProduct({ seed, contacts, companies, installation }: ProductOptions): Promise<Product> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    // Ignores DATABASE_URL and REDIS_URL, which the shell may set for other work: it brings its own servers.
    const stack: Stack = await startStack({})
    stops.push(stack.stop)
    const simulator = await startSimulator({
      portals: [{ seed, contacts, companies, rateLimit: null, associationRateLimit: null }],
    })
    stops.push(simulator.close)
    const env = environmentFor(stack, simulator)
    const starting: [Promise<ApiProcess>, Promise<ManagedProcess>] = [
      startProcess('serve', env, { guardian: stack.guardian, installation }),
      startProcess('work', env, { guardian: stack.guardian, installation }),
    ]
    for (const process of starting) void process.then((started) => stops.push(() => started.stop())).catch(() => {})
    const [api, worker] = await Promise.all(starting)
    const addWorkspace = (name: string) => makeWorkspace(stack.databaseUrl, name)
    const workspace = await addWorkspace('Acme')
    const brokerName = stack.redisUrl === null ? 'PostgreSQL as queue (no Redis installed)' : 'Redis'
    const { databaseUrl } = stack
    const [postgres, redis] = stack.servers
    const pids = {
      worker: worker.pid,
      ...(postgres && { PostgreSQL: postgres.pid }),
      ...(redis && { Redis: redis.pid }),
      API: api.pid,
      // This process also queries the API.
      simulator: process.pid,
    }
    return { apiUrl: api.url, databaseUrl, worker, pids, simulator, workspace, addWorkspace, brokerName, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The environment in which `npm run serve` and `npm run work` use these. */
export function environmentFor(stack: Stack, simulator: Simulator) {
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
    SMTP_URL: '',
    ENCRYPTION_KEYS: `local:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'info',
    WORKER_CONCURRENCY: '',
  }
}

async function makeWorkspace(databaseUrl: string, name: string): Promise<IssuedWorkspace> {
  const database = openDatabase(databaseUrl)
  try {
    return await createWorkspace(database, { name, plan: 'GROWTH', adminEmail: `ada@${name.toLowerCase()}.example` })
  } finally {
    await database.close()
  }
}
