import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../../embedded/server-process.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../simulator/index.ts'
import { type Database, openDatabase } from '../../../src/database/database.ts'
import type { BreakablePostgres, Servers } from './servers.ts'
import { openSteadyStore, type SteadyStore } from './steady-store.ts'
import { openTcpLine, type TcpLine } from './tcp-line.ts'
import { type Environment, type UnaskedExit, WatchedProcess } from './watched-process.ts'

export interface StageOptions {
  readonly broker: 'redis' | 'postgres'
  readonly workers: number
  /** For every process. Overrides what the stage sets. */
  readonly environment?: Environment
  /** For the worker with this number. Overrides everything else. */
  readonly workerEnvironment?: (number: number) => Environment
  readonly simulator?: Omit<SimulatorOptions, 'portals'>
  /** A PostgreSQL server other than the suite's own. */
  readonly postgres?: BreakablePostgres
  /** Additional options of `CREATE DATABASE`. */
  readonly databaseOptions?: string
}

/** A worker with lines of its own to every server. */
export interface StagedWorker {
  readonly number: number
  readonly process: WatchedProcess
  readonly lines: readonly TcpLine[]
}

let count = 0
/** How long to look for the busiest worker: the time of some calls to HubSpot. */
const busyForMs = 120

/** API, workers, and HubSpot on the suite's servers, with a database and a key namespace of their own. */
export class Stage {
  readonly servers: Servers
  readonly postgres: BreakablePostgres
  readonly simulator: Simulator
  readonly options: StageOptions
  readonly database: Database
  /** Plain SQL that bypasses everything that is broken. Waits while PostgreSQL is unavailable. */
  readonly store: SteadyStore
  readonly databaseName: string
  readonly workers: StagedWorker[] = []
  readonly unaskedExits: UnaskedExit[] = []
  readonly #environment: Environment
  readonly #apiPort: number
  #api: WatchedProcess | null = null
  #isClosing = false
  #mending: Promise<void> = Promise.resolve()

  private constructor(given: {
    servers: Servers
    postgres: BreakablePostgres
    simulator: Simulator
    options: StageOptions
    databaseName: string
    apiPort: number
  }) {
    this.servers = given.servers
    this.postgres = given.postgres
    this.simulator = given.simulator
    this.options = given.options
    this.databaseName = given.databaseName
    this.#apiPort = given.apiPort
    const url = given.postgres.urlOf(given.databaseName)
    this.database = openDatabase(url, { connections: 4 })
    this.store = openSteadyStore(url)
    const redis = given.servers.redis
    const redisUrl = new URL(redis?.url ?? 'redis://127.0.0.1')
    redisUrl.searchParams.set('namespace', given.databaseName)
    this.#environment = {
      DATABASE_URL: url,
      REDIS_URL: given.options.broker === 'redis' && redis !== null ? redisUrl.href : '',
      PUBLIC_URL: '',
      HUBSPOT_CLIENT_ID: given.simulator.clientId,
      HUBSPOT_CLIENT_SECRET: given.simulator.clientSecret,
      HUBSPOT_API_URL: given.simulator.url,
      HUBSPOT_APP_URL: given.simulator.url,
      HUBSPOT_API_VERSION: '',
      SMTP_URL: '',
      ENCRYPTION_KEYS: `faults:${randomBytes(32).toString('base64')}`,
      LOG_LEVEL: 'info',
      WORKER_CONCURRENCY: '',
      WORKER_METRICS_PORT: '',
      METRICS_PORT: '',
      ...given.options.environment,
    }
  }

  /** Opens the stage with these portals. Resolves when every process is ready. */
  static async open(servers: Servers, options: StageOptions, portals: SimulatorOptions['portals']): Promise<Stage> {
    const databaseName = `faults_${++count}`
    const postgres = options.postgres ?? servers.postgres
    await postgres.createDatabase(databaseName, options.databaseOptions)
    const simulator = await startSimulator({ ...options.simulator, portals })
    const stage = new Stage({ servers, postgres, simulator, options, databaseName, apiPort: await freePort() })
    try {
      const numbers = Array.from({ length: options.workers }, (_, index) => index + 1)
      await Promise.all([stage.startApi(), ...numbers.map((number) => stage.startWorker(number))])
      return stage
    } catch (error) {
      await stage.close()
      throw error
    }
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#apiPort}`
  }

  get api(): WatchedProcess {
    if (this.#api === null) throw new Error('the API does not run')
    return this.#api
  }

  async startApi(): Promise<void> {
    this.#api = await WatchedProcess.start('serve', {
      ...this.#watched('api'),
      environment: { ...this.#environment, PORT: String(this.#apiPort) },
    })
  }

  /** Ends the API with this signal, and starts it again at the same address. */
  async restartApi(signal: NodeJS.Signals): Promise<void> {
    await this.api.end(signal)
    await this.startApi()
  }

  async startWorker(number: number): Promise<StagedWorker> {
    const environment: Record<string, string | undefined> = { ...this.#environment }
    const lines: TcpLine[] = []
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'HUBSPOT_API_URL'] as const) {
      const url = environment[name]
      if (!url) continue
      const line = await openTcpLine(Number(new URL(url).port))
      lines.push(line)
      environment[name] = line.urlOf(url).replace(/\/$/, '')
    }
    Object.assign(environment, this.options.workerEnvironment?.(number))
    const process = await WatchedProcess.start('work', { ...this.#watched(`worker-${number}`), environment })
    const worker = { number, process, lines }
    this.workers.push(worker)
    return worker
  }

  /** The worker with the most traffic from HubSpot at the moment. It has a run in hand, if any worker has. */
  async busiestWorker(): Promise<StagedWorker> {
    const heard = ({ lines }: StagedWorker) => lines.at(-1)?.forwarded ?? 0
    const before = new Map(this.workers.map((worker) => [worker, heard(worker)]))
    const since = (worker: StagedWorker) => heard(worker) - (before.get(worker) ?? 0)
    await sleep(busyForMs)
    const [busiest] = this.workers.toSorted((a, b) => since(b) - since(a))
    if (busiest === undefined) throw new Error('no worker runs')
    return busiest
  }

  /** Ends a worker with this signal. */
  async endWorker(worker: StagedWorker, signal: NodeJS.Signals) {
    const exit = await worker.process.end(signal)
    const at = this.workers.indexOf(worker)
    if (at >= 0) this.workers.splice(at, 1)
    for (const line of worker.lines) await line.close()
    return exit
  }

  /** Ends a worker and starts another one with its number. */
  async replaceWorker(worker: StagedWorker, signal: NodeJS.Signals): Promise<void> {
    await this.endWorker(worker, signal)
    await this.startWorker(worker.number)
  }

  /** Resolves when every process that ended by itself is running again. */
  async mend(): Promise<void> {
    await this.#mending
  }

  /** Acts as an orchestrator: restarts processes that ended by themselves until they stay up. */
  async #startAgain(): Promise<void> {
    while (!this.#isClosing) {
      try {
        if (this.#api?.hasEnded === true) await this.startApi()
        for (const worker of [...this.workers]) {
          if (worker.process.hasEnded) await this.replaceWorker(worker, 'SIGKILL')
        }
        return
      } catch {
        // Its servers may be unavailable at the moment.
        await sleep(1_000)
      }
    }
  }

  /** A separate connection to the stage's database that bypasses every line. */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.postgres.urlOf(this.databaseName) })
    client.on('error', () => {})
    await client.connect()
    return client
  }

  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    await this.#mending
    await Promise.all([
      this.#api?.end('SIGKILL'),
      ...[...this.workers].map((worker) => this.endWorker(worker, 'SIGKILL')),
    ])
    await this.simulator.close()
    await this.store.close()
    await this.database.close()
    await this.postgres.dropDatabase(this.databaseName).catch(() => {})
  }

  #watched(name: string) {
    return {
      name,
      guardian: this.servers.guardian,
      onUnaskedExit: (exit: UnaskedExit) => {
        if (this.#isClosing) return
        this.unaskedExits.push(exit)
        this.#mending = this.#mending.then(() => this.#startAgain())
      },
    }
  }
}
