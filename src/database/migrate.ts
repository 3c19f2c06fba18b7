import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { explained, isDirect, requireApart } from './check-sessions.ts'
import { appliedMigrations, type Migration, ownMigrations, readMigrations } from './known-migrations.ts'
import { isLockTimeout, SteadyClient, silentTransactionMs, steadyConnection } from './steady-connection.ts'

/** Held while migrating, so that replicas that start at the same time take turns. */
const lockKey = 0x68637331

/**
 * How long a statement of a migration waits for a lock. Everybody else who needs the table queues behind it, so it gives up
 * soon, and the migration begins again.
 */
const lockWithinMs = 150
/** Pause before the next attempt, so that those who queued can finish. */
const tryAgainMs = 500

/** The first line of a migration that must not run in a transaction, such as CREATE INDEX CONCURRENTLY. */
const outsideTransaction = '-- outside a transaction'

/** Interval at which a process reports that it is waiting for another migration. */
const sayAgainMs = 5_000

export interface MigrateOptions {
  /** Called every five seconds with who is migrating, while this call waits for that to end. Default stderr. */
  readonly say?: (line: string) => void
  /** Where the migrations are. Default: this project's. */
  readonly folder?: string
  /** How long a migration tries to get its locks. Default 10 minutes. */
  readonly patienceMs?: number
}

/**
 * Brings the database to the current schema and returns the names of the applied migrations. Waits for a migration in
 * progress. If the process of that migration was suspended, or its machine disappeared, the migration ends 10 seconds
 * after its current statement.
 *
 * It keeps Prisma's own bookkeeping table, so `prisma migrate` sees the same history. Prisma's engine would be a
 * separate download and is not needed here.
 */
export async function migrate(
  databaseUrl: string,
  { say = console.error, folder = ownMigrations, patienceMs = 600_000 }: MigrateOptions = {},
): Promise<string[]> {
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
    for (const migration of await readMigrations(folder)) {
      const checksum = applied.get(migration.name)
      if (checksum === migration.checksum) continue
      if (checksum !== undefined) throw new Error(`migration ${migration.name} was changed after it was applied`)
      await applyPatiently(client, migration, say, Date.now() + patienceMs)
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

/** Applies a migration as soon as it gets its locks. */
async function applyPatiently(client: pg.Client, migration: Migration, say: (line: string) => void, until: number) {
  const { name } = migration
  const isAtOnce = migration.sql.startsWith(outsideTransaction)
  for (let saidAt = 0; ; await sleep(tryAgainMs)) {
    try {
      await (isAtOnce ? applyStatements(client, migration) : applyInTransaction(client, migration))
      return
    } catch (error) {
      if (!isLockTimeout(error) || isAtOnce || Date.now() > until) throw failed(migration, error)
      if (Date.now() - saidAt < sayAgainMs) continue
      saidAt = Date.now()
      say(`Migration ${name} waits for a table that others use, and tries again.`)
    }
  }
}

async function applyInTransaction(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(`SET LOCAL lock_timeout = ${lockWithinMs}`)
    await client.query(migration.sql)
    await note(client, migration)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/** Each statement ends with a semicolon at the end of a line. Nobody queues behind what CONCURRENTLY waits for. */
async function applyStatements(client: pg.Client, migration: Migration): Promise<void> {
  for (const statement of migration.sql.split(/;[ \t]*$/m)) {
    if (statement.replace(/^\s*--.*$/gm, '').trim() !== '') await client.query(statement)
  }
  await note(client, migration)
}

async function note(client: pg.Client, { name, checksum }: Migration): Promise<void> {
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
     VALUES (gen_random_uuid(), $1, now(), $2, 1)`,
    [checksum, name],
  )
}

function failed({ name, sql }: Migration, cause: unknown): Error {
  const what = sql.startsWith(outsideTransaction)
    ? 'failed. What its earlier statements did remains'
    : 'failed and was rolled back'
  return new Error(`Migration ${name} ${what}: ${reasonOf(cause, sql)}`, { cause })
}

function reasonOf(error: unknown, sql: string): string {
  if (isLockTimeout(error)) {
    return 'other transactions hold a table that it changes. End them, or migrate at a quieter time.'
  }
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error.message : String(error)
  const { message, detail, hint, code, position } = error
  const line = position === undefined ? '' : `, line ${sql.slice(0, Number(position)).split('\n').length}`
  return [`${message} (SQLSTATE ${code}${line})`, detail, hint].filter((part) => part !== undefined).join('. ')
}
