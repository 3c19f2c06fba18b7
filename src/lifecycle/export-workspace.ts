import type { Queryable } from '../database/database.ts'
import { NotFoundError } from '../user-errors.ts'
import { findTenantTables, nextKeysSql, nextKeysValues, type Position, type TenantTable } from './tenant-tables.ts'

/** The row that a line contains. An export continues after it. */
export interface ExportPosition {
  readonly table: string
  readonly key: Position
}

/** A line of JSON, with its line break. */
export type ExportLine = string

/** Secrets are not exported: nobody else can use them, and the export may leave the operator's hands. */
const secretColumns: Readonly<Record<string, readonly string[]>> = {
  hubspot_connection: ['access_token', 'refresh_token'],
  api_token: ['token_hash'],
}
/** Log-ins in progress consist of secrets. */
const secretTables = ['oauth_state']

/** Rows per statement. Few where a row can be large. */
const rowsAtOnce = (table: string) => (table === 'sync_run' ? 20 : 500)

/** The tables that a workspace refers to and that have no column `workspace_id`, with the rows that belong to it ($1). */
const around: readonly { readonly name: string; readonly rows: string }[] = [
  { name: 'organization', rows: 'id = (SELECT organization_id FROM workspace WHERE workspace.id = $1)' },
  { name: 'workspace', rows: 'id = $1' },
  { name: 'app_user', rows: 'id IN (SELECT user_id FROM membership WHERE workspace_id = $1)' },
]

/**
 * Yields everything that is stored about a workspace, except secrets, as lines of JSON: first a line that describes the
 * export, then `{"table", "key", "row"}` for each row, tables before those that refer to them, and at last `{"end": true}`.
 * It holds a few hundred rows in memory.
 *
 * Each row that exists throughout the export is in it exactly once, as it was at some moment of the export. Rows that are
 * added or deleted in the meantime may be missing. Pages are read one after the other, so rows that refer to each other can
 * be of different moments: pause the sync for an export of one moment.
 *
 * `after` continues behind a row, and leaves out the first line. Throws NotFoundError.
 */
export async function* exportWorkspace(
  queryable: Queryable,
  workspaceId: string,
  { after = null, now = new Date() }: { readonly after?: ExportPosition | null; readonly now?: Date } = {},
): AsyncGenerator<ExportLine> {
  const { rowCount } = await queryable.query('SELECT FROM workspace WHERE id = $1', [workspaceId])
  if (rowCount === 0) throw new NotFoundError(`There is no workspace ${workspaceId}.`)
  if (after === null) yield `${JSON.stringify({ ...described, workspaceId, exportedAt: now })}\n`
  let isBehind = after === null
  for (const { name, rows } of around) {
    if (isBehind) yield* rowsAround(queryable, name, rows, workspaceId)
    // These are few. An export that stopped among them starts over with the table.
    else if (after?.table === name) {
      isBehind = true
      yield* rowsAround(queryable, name, rows, workspaceId, after.key[0])
    }
  }
  const tables = (await findTenantTables(queryable)).filter(({ name }) => !secretTables.includes(name)).reverse()
  for (const table of tables) {
    if (isBehind) yield* rowsOf(queryable, table, workspaceId, null)
    else if (after?.table === table.name) {
      isBehind = true
      yield* rowsOf(queryable, table, workspaceId, after.key)
    }
  }
  if (!isBehind) throw new NotFoundError(`There is no table ${after?.table} to continue with.`)
  yield `${JSON.stringify({ end: true })}\n`
}

const described = { export: 'workspace', version: 1 }

/** The position of a line. Null for the first line, `'end'` for the last, and undefined if the text is not a whole line. */
export function positionOf(line: string): ExportPosition | null | 'end' | undefined {
  try {
    const { table, key, end, export: isFirst } = JSON.parse(line)
    if (end === true) return 'end'
    return isFirst === described.export ? null : { table, key }
  } catch {
    return undefined
  }
}

async function* rowsAround(
  queryable: Queryable,
  name: string,
  condition: string,
  workspaceId: string,
  after: string | null = null,
): AsyncGenerator<ExportLine> {
  const { rows } = await queryable.query<{ id: string; row: string }>(
    `SELECT id::text, to_jsonb(${name})::text AS row FROM ${name}
     WHERE ${condition} AND ($2::uuid IS NULL OR id > $2) ORDER BY id`,
    [workspaceId, after],
  )
  for (const { id, row } of rows) yield lineOf(name, [id], row)
}

async function* rowsOf(
  queryable: Queryable,
  table: TenantTable,
  workspaceId: string,
  after: Position | null,
): AsyncGenerator<ExportLine> {
  const { name, key } = table
  const size = rowsAtOnce(name)
  const columns = key.map((column) => column.name)
  const secrets = (secretColumns[name] ?? []).map((column) => `'${column}'`).join(', ')
  let position = after
  for (;;) {
    const { rows }: { rows: { key: string[]; row: string }[] } = await queryable.query(
      `SELECT ARRAY[${columns.map((column) => `page.${column}::text`).join(', ')}] AS key,
         (to_jsonb(${name}) - ARRAY[${secrets}]::text[])::text AS row
       FROM (${nextKeysSql(table, position, size)}) AS page JOIN ${name} USING (${columns.join(', ')})
       WHERE ${name}.workspace_id = $1 ORDER BY ${columns.map((column) => `page.${column}`).join(', ')}`,
      nextKeysValues(workspaceId, position),
    )
    for (const { key, row } of rows) yield lineOf(name, key, row)
    const last = rows.at(-1)
    // Rows can be deleted between the two reads of the statement's page, so only an empty page is the end.
    if (last === undefined) return
    position = last.key
  }
}

/** PostgreSQL writes the row, so that numbers keep all digits. */
function lineOf(table: string, key: Position, row: string): ExportLine {
  return `{"table":${JSON.stringify(table)},"key":${JSON.stringify(key)},"row":${row}}\n`
}
