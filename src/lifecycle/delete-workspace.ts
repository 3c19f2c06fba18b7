import type { LoginRevocation } from '../connection/revoke-login.ts'
import { type Database, inTransaction, type Queryable } from '../database/database.ts'
import { cancelRuns } from '../sync/runs/control-run.ts'
import { InvalidInputError, NotFoundError } from '../user-errors.ts'
import {
  countRows,
  findTenantTables,
  nextKeysSql,
  nextKeysValues,
  type Position,
  type TenantTable,
} from './tenant-tables.ts'

/** Rows per statement, so that each holds its locks for milliseconds. */
const rowsAtOnce = 1_000

/** Deleted last: until then, it says who belonged to the workspace. */
const membersTable = 'membership'

export interface DeletionContext {
  readonly database: Database
  now(): Date
  /** Ends the workspace's log-in to HubSpot: `revokeLogin` of src/connection. */
  revokeLogin(workspaceId: string): Promise<LoginRevocation>
  /** Called after each step, with a sentence for the operator. */
  report?(progress: string): void
}

export interface DeletedWorkspace {
  readonly workspaceId: string
  readonly login: LoginRevocation
  /** Users who belonged to no other workspace, and were deleted too. */
  readonly users: number
  /** Rows of the workspace in each table of tenants. All are 0. */
  readonly rows: Readonly<Record<string, number>>
}

/**
 * Deletes a workspace with everything in it: access ends at once, for open sockets within ten seconds, runs are
 * cancelled, HubSpot's token is revoked, and the rows are deleted in many short transactions. It may be interrupted at
 * any point and called again, and then continues. Users who belong to no other workspace are deleted, and so is the
 * organization with its last workspace.
 *
 * `confirm` must be the name of the workspace, or its id if only rows are left of it. Throws InvalidInputError and
 * NotFoundError.
 */
export async function deleteWorkspace(
  context: DeletionContext,
  workspaceId: string,
  confirm: string,
): Promise<DeletedWorkspace> {
  const { pool } = context.database
  await requireConfirmation(pool, workspaceId, confirm)
  await closeWorkspace(context, workspaceId)
  context.report?.('Access to the workspace has ended, and its runs are cancelled.')
  const login = await context.revokeLogin(workspaceId)
  const tables = (await findTenantTables(pool)).filter(({ name }) => name !== membersTable)
  let users: number | null = null
  while (users === null) {
    for (const table of tables) {
      const count = await emptyTable(pool, table, workspaceId)
      if (count > 0) context.report?.(`${count} rows of ${table.name} are deleted.`)
    }
    // Null if a worker that was still busy has added something since.
    users = await inTransaction(pool, (client) => deleteLastRows(client, tables, workspaceId))
  }
  return { workspaceId, login, users, rows: await countRows(pool, workspaceId) }
}

async function requireConfirmation(queryable: Queryable, workspaceId: string, confirm: string): Promise<void> {
  const { rows } = await queryable.query<{ name: string }>('SELECT name FROM workspace WHERE id = $1', [workspaceId])
  const [workspace] = rows
  if (workspace === undefined) {
    const hasRows = Object.values(await countRows(queryable, workspaceId)).some((count) => count > 0)
    if (!hasRows) throw new NotFoundError(`There is no workspace ${workspaceId}, and no table has rows of it.`)
  }
  const name = workspace?.name ?? workspaceId
  if (confirm === name) return
  const what = workspace === undefined ? 'Only rows are left of this workspace' : `This workspace is called "${name}"`
  throw new InvalidInputError([{ path: ['confirm'], message: `${what}. To delete it, repeat "${name}" as --confirm.` }])
}

/**
 * From here on, nobody can act in the workspace, no run starts (`lockRuns`), and nothing is written to the stores
 * (`lockContacts`, `lockAccounts`). A worker in the middle of a run finds at its next page that the run is cancelled.
 */
async function closeWorkspace({ database, now }: DeletionContext, workspaceId: string): Promise<void> {
  await inTransaction(
    database.pool,
    async (client) => {
      await client.query('UPDATE workspace SET deletion_started_at = coalesce(deletion_started_at, $2) WHERE id = $1', [
        workspaceId,
        now(),
      ])
      await client.query('UPDATE sync_settings SET is_paused = true WHERE workspace_id = $1', [workspaceId])
      await cancelRuns(client, workspaceId, now())
    },
    // A worker may hold its run for as long as it writes a page.
    { isSlow: true },
  )
}

/** Deletes the rows of a table. Returns their number, without those that a trigger deleted with them. */
async function emptyTable(queryable: Queryable, table: TenantTable, workspaceId: string): Promise<number> {
  let deleted = 0
  let after: Position | null = null
  for (;;) {
    // From the last key on: from the beginning, each step would pass the index entries of all rows deleted before.
    const last: Step | undefined = await deleteNext(queryable, table, workspaceId, after)
    if (last === undefined) return deleted
    deleted += last.count
    after = last.position
    if (last.count < rowsAtOnce) return deleted
  }
}

interface Step {
  /** Number of deleted rows. */
  readonly count: number
  /** Position of the last one. */
  readonly position: Position
}

async function deleteNext(
  queryable: Queryable,
  table: TenantTable,
  workspaceId: string,
  after: Position | null,
): Promise<Step | undefined> {
  const { name } = table
  const columns = table.key.map((column) => column.name)
  const sameKey = columns.map((column) => `${name}.${column} = doomed.${column}`).join(' AND ')
  const { rows } = await queryable.query<Step>(
    `WITH doomed AS MATERIALIZED (${nextKeysSql(table, after, rowsAtOnce)}),
       gone AS (DELETE FROM ${name} USING doomed WHERE ${name}.workspace_id = $1 AND ${sameKey})
     SELECT ARRAY[${columns.map((column) => `${column}::text`).join(', ')}] AS position,
       (SELECT count(*)::integer FROM doomed) AS count
     FROM doomed ORDER BY ${columns.map((column) => `${column} DESC`).join(', ')} LIMIT 1`,
    nextKeysValues(workspaceId, after),
  )
  return rows[0]
}

/**
 * Deletes the workspace itself, and what depends on it being the last. Returns the number of deleted users, or null if
 * rows were added in the meantime. Nothing is changed then.
 */
async function deleteLastRows(
  client: Queryable,
  tables: readonly TenantTable[],
  workspaceId: string,
): Promise<number | null> {
  const { rows } = await client.query<{ organizationId: string }>(
    // Changes of roles take turns by the same lock, so nobody is invited to another workspace at this moment.
    `SELECT id AS "organizationId" FROM organization
     WHERE id = (SELECT organization_id FROM workspace WHERE id = $1) FOR UPDATE`,
    [workspaceId],
  )
  for (const { name } of tables) {
    const { rowCount } = await client.query(`SELECT FROM ${name} WHERE workspace_id = $1 LIMIT 1`, [workspaceId])
    if (rowCount !== 0) return null
  }
  const members = await client.query<{ userId: string }>(
    `DELETE FROM ${membersTable} WHERE workspace_id = $1 RETURNING user_id AS "userId"`,
    [workspaceId],
  )
  const [workspace] = rows
  if (workspace === undefined) return 0
  await client.query('DELETE FROM workspace WHERE id = $1', [workspaceId])
  return deleteUsers(
    client,
    workspace.organizationId,
    members.rows.map(({ userId }) => userId),
  )
}

async function deleteUsers(client: Queryable, organizationId: string, memberIds: readonly string[]): Promise<number> {
  const { rowCount: users } = await client.query(
    `DELETE FROM app_user WHERE organization_id = $1 AND (
       NOT EXISTS (SELECT FROM workspace WHERE workspace.organization_id = $1)
       OR (id = ANY ($2::uuid[]) AND NOT is_company_admin
           AND NOT EXISTS (SELECT FROM membership WHERE membership.user_id = app_user.id)))`,
    [organizationId, memberIds],
  )
  await client.query(
    `DELETE FROM organization WHERE id = $1
       AND NOT EXISTS (SELECT FROM workspace WHERE workspace.organization_id = $1)`,
    [organizationId],
  )
  return users ?? 0
}
