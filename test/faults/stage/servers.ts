import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Guardian, startGuardian } from '../../../embedded/guardian.ts'
import { type PostgresOptions, startPostgres } from '../../../embedded/postgres.ts'
import { startRedis } from '../../../embedded/redis.ts'
import type { ServerProcess } from '../../../embedded/server-process.ts'
import { openBroker } from '../../../src/broker/open-broker.ts'
import { migrate } from '../../../src/database/migrate.ts'

/** A PostgreSQL server of the suite that can be broken. Commits survive everything except a crash of the machine. */
export interface BreakablePostgres {
  readonly port: number
  /** The URL of a database for the product, as its owner and not as a superuser. */
  urlOf(database: string): string
  /** Creates a migrated database. */
  createDatabase(name: string, options?: string): Promise<void>
  dropDatabase(name: string): Promise<void>
  /** Runs a statement as the superuser, on a connection of its own. */
  administer(statement: string, values?: readonly unknown[], database?: string): Promise<pg.QueryResult>
  /** `fast` interrupts statements in progress, `immediate` crashes the server. */
  stop(how: 'fast' | 'immediate'): Promise<void>
  /** Starts again with the same port and data. Resolves when it accepts connections. */
  start(): Promise<void>
  /** Process id of the running server. */
  readonly pid: number
}

/** A Redis server of the suite that can be broken. */
export interface BreakableRedis {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
  /** Starts an empty server in its place. */
  start(): Promise<void>
}

/** The servers that the suite's processes use. */
export interface Servers {
  readonly postgres: BreakablePostgres
  /** Null if neither Redis nor Valkey is installed. */
  readonly redis: BreakableRedis | null
  readonly guardian: Guardian
  /** For files that should disappear with the suite. */
  readonly folder: string
  close(): Promise<void>
}

const template = 'faults_template'
const owner = 'faults'
const ownerPassword = 'faults'

/** Starts the servers. They never outlive this process, however it ends. */
export async function startServers(): Promise<Servers> {
  const guardian = startGuardian()
  const folder = await mkdtemp(join(tmpdir(), 'hubspot-contact-sync-faults-'))
  // If this process is root, PostgreSQL runs as another user, who needs access to the folder.
  await chmod(folder, 0o755)
  guardian.removeAtEnd(folder)
  const stops: (() => Promise<unknown>)[] = [() => guardian.dismiss()]
  const close = async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  }
  try {
    const postgres = await startBreakablePostgres(folder, guardian)
    stops.push(() => postgres.stop('fast'))
    const redis = await startBreakableRedis(folder, guardian)
    if (redis !== null) stops.push(() => redis.stop())
    return { postgres, redis, guardian, folder, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Starts a PostgreSQL with a migrated template database. */
export async function startBreakablePostgres(
  folder: string,
  guardian: Guardian,
  options: Pick<PostgresOptions, 'launch'> = {},
): Promise<BreakablePostgres> {
  // Commits wait for the operating system, since they must survive `immediate`, but not for the disk.
  const settings = ['fsync=off', 'shared_buffers=128MB', 'log_min_messages=panic']
  const first = await startPostgres(folder, { isLasting: true, guardian, settings, ...options })
  const superuser = new URL(first.url)
  const port = Number(superuser.port)
  let server: ServerProcess = first.server
  const urlOf = (database: string) => `postgresql://${owner}:${ownerPassword}@127.0.0.1:${port}/${database}`
  const administer = async (statement: string, values: readonly unknown[] = [], database = 'postgres') => {
    const url = new URL(superuser)
    url.pathname = `/${database}`
    const client = new pg.Client({ connectionString: url.href })
    client.on('error', () => {})
    await client.connect()
    try {
      return await client.query(statement, [...values])
    } finally {
      await client.end()
    }
  }
  await administer(`CREATE ROLE ${owner} LOGIN PASSWORD '${ownerPassword}'`)
  await administer(`CREATE DATABASE ${template} OWNER ${owner}`)
  await migrate(urlOf(template))
  // Includes the tables of the queue.
  await (await openBroker({ redisUrl: null, databaseUrl: urlOf(template) })).close()
  return {
    port,
    urlOf,
    administer,
    get pid() {
      return server.pid
    },
    createDatabase: async (name, more = '') => {
      await administer(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${owner} ${more}`)
    },
    dropDatabase: async (name) => {
      await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
    stop: async (how) => {
      if (server.hasExited) return
      if (how === 'fast') return server.stop()
      process.kill(server.pid, 'SIGQUIT')
      // Nothing else may keep this process alive in the meantime.
      while (!server.hasExited) await sleep(10)
    },
    start: async () => {
      const next = await startPostgres(folder, { isLasting: true, guardian, settings, port, ...options })
      server = next.server
    },
  }
}

async function startBreakableRedis(folder: string, guardian: Guardian): Promise<BreakableRedis | null> {
  const first = await startRedis(folder, guardian)
  if (first === null) return null
  let { server } = first
  return {
    url: first.url,
    port: Number(new URL(first.url).port),
    stop: async () => {
      await server.stop()
    },
    start: async () => {
      const next = await startRedis(folder, guardian, { at: first.url })
      if (next !== null) server = next.server
    },
  }
}
