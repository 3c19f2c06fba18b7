import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import { isLockTimeout, SteadyClient, silentTransactionMs, steadyConnection } from './steady-connection.ts'

/** The project's folder is found in the same way from src/ and from dist/. */
const root = dirname(createRequire(import.meta.url).resolve('#package.json'))
const folder = join(root, 'prisma', 'migrations')
/** Held while migrating, so that replicas that start at the same time take turns. */
const lockKey = 0x68637331

/** Interval at which a process reports that it is waiting for another migration. */
const sayAgainMs = 5_000

export interface MigrateOptions {
  /** Called every five seconds with who is migrating, while this call waits for that to end. Default stderr. */
  readonly say?: (line: string) => void
}

/**
 * Brings the database to the current schema and returns the names of the applied migrations. Waits for a migration in
 * progress. If the process of that migration was suspended, or its machine disappeared, the migration ends 10 seconds
 * after its current statement.
 *
 * It keeps Prisma's own bookkeeping table, so `prisma migrate` sees the same history. Prisma's engine would be a
 * separate download and is not needed here.
 */
export async function migrate(databaseUrl: string, { say = console.error }: MigrateOptions = {}): Promise<string[]> {
  const client = new SteadyClient(steadyConnection(databaseUrl, settings))
  await client.connect()
  try {
    await waitForTurn(client, say)
    await client.query(`
      CREATE TABLE IF NOT EXISTS _prisma_migrations (
        id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
        logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
        applied_steps_count integer NOT NULL DEFAULT 0
      )`)
    const applied = await appliedChecksums(client)
    const names: string[] = []
    for (const migration of await readMigrations()) {
      const checksum = applied.get(migration.name)
      if (checksum === migration.checksum) continue
      if (checksum !== undefined) throw new Error(`migration ${migration.name} was changed after it was applied`)
      await apply(client, migration)
      names.push(migration.name)
    }
    return names
  } finally {
    await client.end()
  }
}

/**
 * A migration waits for nothing between two statements, so an idle session has lost its process. It then ends with
 * everything that it holds. Signs of life, as for a lease, are not necessary.
 */
const settings = [`idle_session_timeout=${silentTransactionMs}`, `lock_timeout=${sayAgainMs}`]

async function waitForTurn(client: pg.Client, say: (line: string) => void): Promise<void> {
  for (;;) {
    try {
      await client.query('SELECT pg_advisory_lock($1)', [lockKey])
      break
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      say(await describeOther(client))
    }
  }
  // The statements of the migration itself may wait for as long as they need.
  await client.query('SET lock_timeout = 0')
}

async function describeOther(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ pid: number; seconds: number; state: string }>(
    `SELECT pid, extract(epoch FROM clock_timestamp() - backend_start)::integer AS seconds, coalesce(state, 'unknown') AS state
     FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1 AND objsubid = 1
       AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [lockKey],
  )
  const [other] = rows
  if (other === undefined) return 'Another migration has just ended.'
  const { pid, seconds, state } = other
  return `Waiting for another migration to end: process ${pid} of PostgreSQL, connected for ${seconds} s, state "${state}".`
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function appliedChecksums(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  )
  return new Map(rows.map((row) => [row.migration_name, row.checksum]))
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(sql)
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES (gen_random_uuid(), $1, now(), $2, 1)`,
      [checksum, name],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw new Error(`migration ${name} failed and was rolled back`, { cause: error })
  }
}
