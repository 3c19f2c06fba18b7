import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq'
import pg from 'pg'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import { SteadyClient, steadyConnection } from '../database/steady-connection.ts'
import type { Broker } from './broker.ts'
import { addressOf, BrokerUnreachableError } from './broker-unreachable-error.ts'
import { PostgresAnnouncements } from './postgres-announcements.ts'
import { callWindowsSchema, postgresCallWindows } from './postgres-call-windows.ts'
import { countingOnly, rateWindowsOf } from './rate-windows.ts'

interface Options {
  databaseUrl: string
  namespace: string
  onError: (error: Error) => void
}

/** The table that rate-limiter-flexible creates, but unlogged: after a crash of PostgreSQL, the counts start over. */
const rateWindowTable = (schema: string) =>
  `CREATE UNLOGGED TABLE IF NOT EXISTS ${schema}.rate_window (key varchar(255) PRIMARY KEY, points integer NOT NULL, expire bigint)`

/** The queue, windows, and announcements of a namespace are in a schema of their own, `<namespace>_broker`. */
export async function openPostgresBroker({ databaseUrl, namespace, onError }: Options): Promise<Broker> {
  const schema = `${namespace}_broker`
  // BullMQ creates its own pool with these options. A lost connection in that pool does not end the process either.
  const connection = { ...steadyConnection(databaseUrl), connectionTimeoutMillis: 5_000 }
  const pool = new pg.Pool({ ...connection, max: 4 })
  pool.on('error', onError)
  const announcements = new PostgresAnnouncements(
    pool,
    () => new SteadyClient(connection),
    `${schema}_announcements`,
    onError,
  )
  try {
    await createSchema(pool, schema)
    await announcements.open()
  } catch (error) {
    await announcements.close()
    await pool.end()
    throw new BrokerUnreachableError('postgres', addressOf(databaseUrl), { cause: error })
  }

  return {
    kind: 'postgres',
    announcements,
    callWindows: postgresCallWindows(pool, schema),
    rateWindows: rateWindowsOf(
      new RateLimiterPostgres({
        ...countingOnly,
        storeClient: pool,
        storeType: 'pool',
        schemaName: schema,
        tableName: 'rate_window',
        tableCreated: true,
        keyPrefix: '',
      }),
    ),
    queues: {
      openQueue: (name, options) => {
        const queue = new Queue(
          name,
          { ...options, connection: { ...connection, schema, max: 2 } },
          createPostgresBackend,
        )
        return queue.on('error', onError) as unknown as Queue
      },
      openWorker: (name, processor, options) => {
        const opened = { ...options, connection: { ...connection, schema, max: 4 } }
        return new Worker(name, processor, opened, createPostgresBackend).on('error', onError) as unknown as Worker
      },
    },
    check: async () => {
      await pool.query('SELECT 1')
    },
    close: async () => {
      await announcements.close()
      if (!pool.ending) await pool.end()
    },
  }
}

async function createSchema(pool: pg.Pool, schema: string): Promise<void> {
  const client = await pool.connect()
  try {
    // Processes that start at the same time create it one after the other.
    await client.query(`SET lock_timeout = '60s'`)
    await runMigrations(client, schema)
    // IF NOT EXISTS does not protect against two processes that start at the same time. The lock makes them take turns.
    await client.query('BEGIN')
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [schema])
    // The table of limits from before call windows existed.
    await client.query(`DROP TABLE IF EXISTS ${schema}.shared_limit`)
    await client.query(callWindowsSchema(schema))
    await client.query(rateWindowTable(schema))
    await client.query('COMMIT')
  } finally {
    client.release(true)
  }
}
