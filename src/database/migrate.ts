import type pg from 'pg'
import { explained, isDirect, requireApart } from './check-sessions.ts'
import { appliedMigrations, type Migration, readMigrations } from './known-migrations.ts'
import { isLockTimeout, SteadyClient, silentTransactionMs, steadyConnection } from './steady-connection.ts'

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
  const client = await openSession(databaseUrl)
  try {
    await requireSession(client, databaseUrl)
    // A pooler may have dropped them.
    for (const setting of settings) await client.query(`SET ${setting}`)
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

async function openSession(databaseUrl: string): Promise<pg.Client> {
  const client = new SteadyClient(steadyConnection(databaseUrl, settings))
  await explained(client.connect())
  return client
}

/** Its lock would outlive a session that it shares with others, and the next migration would wait for ever. */
async function requireSession(client: pg.Client, databaseUrl: string): Promise<void> {
  if (await isDirect(client)) return
  const other = await openSession(databaseUrl)
  try {
    await requireApart(client, other)
  } finally {
    await other.end()
  }
}

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

async function appliedChecksums(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(appliedMigrations)
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
