import type { Queryable } from '../database/database.ts'

/** A table whose rows belong to workspaces: it has a column `workspace_id`. */
export interface TenantTable {
  readonly name: string
  /** The columns that tell the rows of a workspace apart: the primary key without the workspace. */
  readonly key: readonly KeyColumn[]
  /** The tenant tables that its foreign keys refer to. */
  readonly refersTo: readonly string[]
}

interface KeyColumn {
  readonly name: string
  /** As SQL writes it. */
  readonly type: string
}

/**
 * The tables of tenants according to PostgreSQL's catalogue, so that a new table cannot be forgotten. A table comes before
 * those that it refers to: in this order, no deletion has to look for rows that refer to the deleted ones.
 */
export async function findTenantTables(queryable: Queryable): Promise<TenantTable[]> {
  const { rows } = await queryable.query<TenantTable>(
    `SELECT class.relname::text AS name,
       (SELECT coalesce(json_agg(json_build_object('name', column_.attname, 'type', format_type(column_.atttypid, NULL))
                ORDER BY array_position(key.indkey::smallint[], column_.attnum)), '[]')
        FROM pg_index key JOIN pg_attribute column_
          ON column_.attrelid = key.indrelid AND column_.attnum = ANY (key.indkey::smallint[])
        WHERE key.indrelid = class.oid AND key.indisprimary
          AND (column_.attname <> 'workspace_id' OR key.indnkeyatts = 1)) AS key,
       ARRAY (SELECT DISTINCT target.relname::text FROM pg_constraint
              JOIN pg_class target ON target.oid = pg_constraint.confrelid
              WHERE pg_constraint.conrelid = class.oid AND contype = 'f' AND target.oid <> class.oid) AS "refersTo"
     FROM pg_class class JOIN pg_attribute attribute ON attribute.attrelid = class.oid
     WHERE class.relkind IN ('r', 'p') AND NOT class.relispartition AND attribute.attname = 'workspace_id'
       AND class.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'workspace'::regclass)
     ORDER BY class.relname`,
  )
  return referringFirst(rows)
}

function referringFirst(tables: readonly TenantTable[]): TenantTable[] {
  const sorted: TenantTable[] = []
  const isPlaced = new Set<string>()
  const place = (table: TenantTable) => {
    if (isPlaced.has(table.name)) return
    isPlaced.add(table.name)
    for (const other of tables) if (other.refersTo.includes(table.name)) place(other)
    sorted.push(table)
  }
  for (const table of tables) place(table)
  return sorted
}

/** Number of rows of a workspace in each tenant table. */
export async function countRows(queryable: Queryable, workspaceId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name } of await findTenantTables(queryable)) {
    const { rows } = await queryable.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM ${name} WHERE workspace_id = $1`,
      [workspaceId],
    )
    counts[name] = rows[0]?.count ?? 0
  }
  return counts
}

/**
 * The position of a row among the rows of its workspace: the values of its key, as text. Texts keep every digit and
 * microsecond.
 */
export type Position = readonly string[]

/**
 * SQL for the keys of a workspace's ($1) next rows, at most `limit`, after a position, or from the first one. Bind
 * {@link nextKeysValues}.
 */
export function nextKeysSql({ name, key }: TenantTable, after: Position | null, limit: number): string {
  const columns = key.map((column) => column.name).join(', ')
  const position = key.map((column, index) => `$${index + 2}::text::${column.type}`).join(', ')
  return `SELECT ${columns} FROM ${name} WHERE workspace_id = $1${after === null ? '' : ` AND (${columns}) > (${position})`}
    ORDER BY ${columns} LIMIT ${limit}`
}

export function nextKeysValues(workspaceId: string, after: Position | null): string[] {
  return [workspaceId, ...(after ?? [])]
}
