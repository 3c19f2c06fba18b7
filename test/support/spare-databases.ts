import pg from 'pg'
import { inject } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { databaseUrlOf } from './database-server.ts'

/** If a table has more bytes than this, dead rows included, emptying it takes longer than creating a new database. */
const tableBytes = 4_000_000

/**
 * Everything about a database except the rows of its tables: changes in the catalogues, and statistics, which affect query
 * plans. A database created from the template has the same shape as the template.
 */
const shapeOf = `SELECT concat_ws(' ',
    (SELECT md5(string_agg(concat(oid, xmin), ',' ORDER BY oid)) FROM pg_class),
    (SELECT md5(string_agg(concat(attrelid, attnum, xmin), ',' ORDER BY attrelid, attnum)) FROM pg_attribute),
    (SELECT md5(string_agg(concat(oid, xmin), ',' ORDER BY oid)) FROM pg_constraint),
    (SELECT md5(string_agg(concat(oid, xmin), ',' ORDER BY oid)) FROM pg_trigger),
    (SELECT md5(string_agg(concat(oid, xmin), ',' ORDER BY oid)) FROM pg_proc),
    (SELECT count(*) FROM pg_statistic WHERE starelid >= 16384),
    (SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
      WHERE datname = current_database())) AS shape`

/** The tables that can contain rows, and the size of each. */
const tables = `SELECT concat_ws('.', quote_ident(nspname), quote_ident(relname)) AS name, pg_relation_size(pg_class.oid) AS bytes
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE relkind IN ('r', 'p') AND nspname NOT IN ('pg_catalog', 'information_schema')`

interface Table {
  readonly name: string
  readonly bytes: string
}

interface Template {
  readonly shape: string
  /** Tables in which the template has rows, such as the table of migrations. Tests do not change them. */
  readonly filled: ReadonlySet<string>
}

/** A database on the tests' server, and this process's connections to it. */
export interface OpenDatabase {
  readonly name: string
  readonly url: string
  readonly database: Database
  /** Databases with the same settings are interchangeable for tests. */
  readonly settings: string
}

let template: Promise<Template> | null = null
const spares: OpenDatabase[] = []

/**
 * Returns a database of an earlier test in this process, emptied and still connected, which is many times faster than
 * creating and connecting a new one. It belongs to the caller until it is given back. Undefined if there is none.
 */
export function takeSpareDatabase(settings: string): OpenDatabase | undefined {
  const index = spares.findIndex((spare) => spare.settings === settings)
  return index === -1 ? undefined : spares.splice(index, 1)[0]
}

/** Empties a database for the next test. Returns false if it is no longer like a new one: the caller has to drop it. */
export async function keepSpareDatabase(open: OpenDatabase): Promise<boolean> {
  const { pool } = open.database
  if (pool.ended || pool.ending || pool.idleCount !== pool.totalCount) return false
  template ??= readTemplate()
  const { shape, filled } = await template
  const clients = await Promise.all(Array.from({ length: Math.max(1, pool.idleCount) }, () => pool.connect()))
  try {
    const found = await clients[0]?.query<Table>(tables)
    const result = await clients[0]?.query<{ shape: string }>(shapeOf)
    if (result?.rows[0]?.shape !== shape) return false
    if (found?.rows.some(({ bytes }) => Number(bytes) > tableBytes)) return false
    const used = found?.rows.filter(({ name, bytes }) => Number(bytes) > 0 && !filled.has(name)) ?? []
    // Without foreign key checks, any order works.
    const deletions = ['SET session_replication_role = replica', ...used.map(({ name }) => `DELETE FROM ${name}`)]
    await clients[0]?.query(deletions.join(';'))
    for (const client of clients) await client.query('RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all()')
  } catch {
    return false
  } finally {
    for (const client of clients) client.release()
  }
  spares.push(open)
  return true
}

async function readTemplate(): Promise<Template> {
  const client = new pg.Client({ connectionString: databaseUrlOf(inject('serverUrl'), inject('templateName')) })
  await client.connect()
  const { rows } = await client.query<{ shape: string }>(shapeOf)
  const found = await client.query<Table>(tables)
  await client.end()
  return {
    shape: rows[0]?.shape ?? '',
    filled: new Set(found.rows.filter(({ bytes }) => Number(bytes) > 0).map(({ name }) => name)),
  }
}
