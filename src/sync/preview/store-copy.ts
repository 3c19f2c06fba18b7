import type pg from 'pg'
import type { Database } from '../../database/database.ts'
import { poolOfOne } from './one-connection.ts'

interface Run {
  readonly id: string
  readonly workspaceId: string
}

export interface StoreCopy {
  /** Everything that goes through it uses the copies. */
  readonly pool: pg.Pool
  /** Time at which the copies were made, by PostgreSQL's clock. */
  readonly madeAt: Date
}

/** The tables that a run writes, and the rows of the workspace ($1) that the run ($2) may see. */
const copied: readonly (readonly [table: string, rows: string])[] = [
  ['contact', 'workspace_id = $1 AND private_owner_id IS NULL'],
  ['contact_handle', 'workspace_id = $1 AND NOT is_private'],
  ['contact_link', 'workspace_id = $1'],
  ['account', 'workspace_id = $1'],
  ['account_domain', 'workspace_id = $1'],
  ['account_link', 'workspace_id = $1'],
  ['hubspot_alias', 'workspace_id = $1'],
  ['sync_error', `workspace_id = $1 AND status = 'OPEN'`],
  ['sync_run', `workspace_id = $1 AND (id = $2 OR (scope = 'ALL' AND finished_at IS NOT NULL))`],
  ['sync_run_member', 'workspace_id = $1 AND run_id = $2'],
  ['sync_run_departure', 'workspace_id = $1 AND run_id = $2'],
  ['sync_run_left_out', 'workspace_id = $1 AND run_id = $2'],
]

/**
 * Lends a session in which the tables of the store are temporary copies of a workspace's rows, with the same names, and
 * in which PostgreSQL refuses to write anything else. Nothing that runs in it can change the store, and PostgreSQL
 * drops the copies with the session. All copies are taken from one snapshot of the store, and are on disk, not in
 * memory.
 */
export async function withStoreCopy<T>(
  database: Database,
  run: Run,
  work: (copy: StoreCopy) => Promise<T>,
): Promise<T> {
  const client = await database.sessions.connect()
  // A session that ends must not end the process. The current statement fails and reports it.
  client.on('error', () => {})
  try {
    const madeAt = await copyStore(client, run)
    await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')
    return await work({ pool: poolOfOne(client), madeAt })
  } finally {
    client.release(true)
  }
}

async function copyStore(client: pg.PoolClient, { id, workspaceId }: Run): Promise<Date> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  for (const [table, rows] of copied) {
    await client.query(
      `CREATE TEMPORARY TABLE ${table} (LIKE public.${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`,
    )
    const values = rows.includes('$2') ? [workspaceId, id] : [workspaceId]
    await client.query(`INSERT INTO pg_temp.${table} SELECT * FROM public.${table} WHERE ${rows}`, values)
    // Building indexes over all rows at once is faster than row by row. No run uses other kinds of index for look-ups.
    for (const index of await indexesOf(client, table)) await client.query(index)
    await client.query(`ANALYZE pg_temp.${table}`)
  }
  await client.query('COMMIT')
  const { rows } = await client.query<{ at: Date }>('SELECT clock_timestamp() AS at')
  const [row] = rows
  if (row === undefined) throw new Error('PostgreSQL did not tell the time')
  return row.at
}

async function indexesOf(client: pg.PoolClient, table: string): Promise<string[]> {
  // By the id of the table: the view pg_indexes reads all tables, including copies of other sessions that are just
  // being dropped.
  const { rows } = await client.query<{ definition: string }>(
    `SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index
     JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
     WHERE indrelid = $1::regclass AND amname = 'btree'`,
    [`public.${table}`],
  )
  return rows.map(({ definition }) =>
    definition.replace(/^CREATE (UNIQUE )?INDEX \S+ ON \S+ /, `CREATE $1INDEX ON pg_temp.${table} `),
  )
}
