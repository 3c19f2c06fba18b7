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

/** A PostgreSQL of the suite's own, to be broken. Commits survive whatever is done to it, short of the machine's end. */
export interface BreakablePostgres {
  readonly port: number
  /** URL of a database for the product, as its owner and not as a superuser. */
  urlOf(database: string): string
  /** Makes a migrated database. */
  createDatabase(name: string, options?: string): Promise<void>
  dropDatabase(name: string): Promise<void>
  /** Runs a statement as the superuser, on a connection of its own. */
  administer(statement: string, values?: readonly unknown[], database?: string): Promise<pg.QueryResult>
  /** `fast` breaks off what is under way, `immediate` crashes. */
  stop(how: 'fast' | 'immediate'): Promise<void>
  /** Takes connections again, on the same port with the same data, when it resolves. */
  start(): Promise<void>
  /** Process id of the running server. */
  readonly pid: number
}

/** A Redis of the suite's own, to be broken. */
export interface BreakableRedis {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
  /** Starts an empty one in its place. */
  start(): Promise<void>
}

/** What the suite's processes stand on. */
export interface Servers {
  readonly postgres: BreakablePostgres
  /** Null where neither Redis nor Valkey is installed. */
  readonly redis: BreakableRedis | null
  readonly guardian: Guardian
  /** For whatever is to vanish with the suite. */
  readonly folder: string
  close(): Promise<void>
}

const template = 'faults_template'
const owner = 'faults'
const ownerPassword = 'faults'

/** Starts the servers. Nothing of them outlives this process, however it ends. */
export async function startServers(): Promise<Servers> {
  const guardian = startGuardian()
  const folder = await mkdtemp(join(tmpdir(), 'hubspot-contact-sync-faults-'))
  // As root, PostgreSQL runs as another user, who has to pass through.
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
  // Commits wait until the operating system has them, as after `immediate` they must be there; the disk is not awaited.
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
  // The queue's tables too.
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
      // Nothing else may keep this process going meanwhile.
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
      const next = await startRedis(folder, guardian, first.url)
      if (next !== null) server = next.server
    },
  }
}
