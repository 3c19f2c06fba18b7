import type pg from 'pg'
import { UnusableServiceError } from '../config/unusable-service-error.ts'
import { checkSchema, type SchemaCheck } from './check-schema.ts'
import { checkSessions, explained } from './check-sessions.ts'
import { type Database, requiredSettings } from './database.ts'

/**
 * Proves that this program can work with the database: its sessions are sessions, our settings hold, and its schema is ours.
 * Throws {@link UnusableServiceError}, or another error if the database does not answer.
 */
export async function checkDatabase({ pool, sessions }: Database): Promise<SchemaCheck> {
  await checkSessions(sessions)
  const here = await lookAt(pool)
  if (sessions !== pool) requireSame(here, await lookAt(sessions))
  return checkSchema(pool)
}

interface Found {
  readonly role: string
  readonly database: string
  readonly schema: string | null
  /** Two databases with the same one are the same. */
  readonly identity: string
  readonly settings: Readonly<Record<string, string>>
}

/** What a statement meets. Throws {@link UnusableServiceError} if it would not work. */
async function lookAt(pool: pg.Pool): Promise<Found> {
  const { rows } = await explained(
    pool.query<Found>(
      `SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database, current_schema() AS schema,
         (SELECT oid::text FROM pg_database WHERE datname = current_database()) || ' ' || pg_postmaster_start_time() AS identity,
         (SELECT json_object_agg(name, setting) FROM pg_settings WHERE name = ANY($1)) AS settings`,
      [requiredSettings.map(([name]) => name)],
    ),
  )
  const [found] = rows
  if (found === undefined) throw new Error('PostgreSQL did not answer')
  const { role, database, schema, settings } = found
  if (schema !== 'public') {
    throw new UnusableServiceError(
      `New tables would be created in the schema ${schema ?? '(none)'} instead of "public": run ALTER ROLE ${role} IN DATABASE ${database} SET search_path = public, and reconnect.`,
    )
  }
  const lost = requiredSettings.filter(([name, value]) => settings[name] !== value)
  if (lost.length > 0) {
    const statements = lost.map(([name, value]) => `ALTER ROLE ${role} IN DATABASE ${database} SET ${name} = ${value}`)
    throw new UnusableServiceError(
      `PostgreSQL is reached through a pooler that drops our settings: run ${statements.join('; ')}, and reconnect the pooler.`,
    )
  }
  return found
}

function requireSame(pooled: Found, direct: Found): void {
  if (pooled.identity === direct.identity) return
  throw new UnusableServiceError(
    'DATABASE_URL and DATABASE_DIRECT_URL lead to different databases: let both lead to the same one.',
  )
}
