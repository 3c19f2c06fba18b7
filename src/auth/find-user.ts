import type { Database, Queryable } from '../database/database.ts'
import { shareReads } from '../database/share-reads.ts'
import type { Plan, Role } from '../generated/prisma/enums.ts'
import { hashApiToken } from './api-token.ts'

/** A user in one of the workspaces that they may act in, or without a workspace if there is none. */
export interface UserRow {
  readonly user_id: string
  readonly organization_id: string
  readonly is_company_admin: boolean
  readonly workspace_id: string | null
  readonly plan: Plan | null
  readonly role: Role | null
}

export interface TokenRow extends UserRow {
  readonly token_id: string
  readonly last_used_at: Date | null
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
}

const userColumns = `app_user.id AS user_id, app_user.organization_id, app_user.is_company_admin,
        workspace.id AS workspace_id, workspace.plan, workspace.role`

const tokenColumns = 'token.id AS token_id, token.last_used_at, token.expires_at, token.revoked_at'

/** The workspaces in which a user may act and for which the condition holds. */
const workspacesOfUser = (condition: string) => `
      LEFT JOIN LATERAL (
        SELECT workspace.id, workspace.plan, membership.role
        FROM workspace
        LEFT JOIN membership ON membership.workspace_id = workspace.id AND membership.user_id = app_user.id
        WHERE workspace.organization_id = app_user.organization_id
          AND (app_user.is_company_admin OR membership.role IS NOT NULL)
          AND ${condition}
        LIMIT 2
      ) workspace ON true`

/** A user chooses a workspace. Two rows are enough to know that there are several. `named` is null if none was chosen. */
const chosen = (named: string) => workspacesOfUser(`(${named} IS NULL OR workspace.id = ${named})`)

/** A token has its workspace. `named` may only name the same one. */
const ofToken = (named: string) =>
  workspacesOfUser(`workspace.id = token.workspace_id AND (${named} IS NULL OR workspace.id = ${named})`)

/**
 * The user of a token, in the token's workspace. Without a workspace if the user may no longer act in it, or if another
 * workspace is named; empty if there is no such token. Requests with the same token that arrive together share one read,
 * which starts after the last of them has arrived.
 */
export function findUserByApiToken(
  { pool }: Pick<Database, 'pool'>,
  token: string,
  workspaceId: string | null,
): Promise<TokenRow[]> {
  const read = sharedReads.get(pool) ?? shareReads((...asked) => readUserByApiToken(pool, ...asked))
  sharedReads.set(pool, read)
  return read(token, workspaceId ?? '')
}

const sharedReads = new WeakMap<object, (token: string, workspaceId: string) => Promise<TokenRow[]>>()

async function readUserByApiToken(pool: Queryable, token: string, workspaceId: string): Promise<TokenRow[]> {
  const { rows } = await pool.query<TokenRow>({
    name: 'find-token-user',
    text: `
      SELECT ${tokenColumns}, ${userColumns}
      FROM api_token token
      JOIN app_user ON app_user.id = token.user_id ${ofToken('$2::uuid')}
      WHERE token.token_hash = $1`,
    values: [hashApiToken(token), workspaceId || null],
  })
  return rows
}

/** A user by id: one row per workspace that they may act in, at most two. */
export async function findUserById(
  { pool }: Pick<Database, 'pool'>,
  userId: string,
  workspaceId: string | null,
): Promise<UserRow[]> {
  const { rows } = await pool.query<UserRow>({
    name: 'find-user',
    text: `SELECT ${userColumns} FROM app_user ${chosen('$2::uuid')} WHERE app_user.id = $1`,
    values: [userId, workspaceId],
  })
  return rows
}

interface AskedToken {
  readonly token: string
  readonly workspaceId: string | null
}

/**
 * Like {@link findUserByApiToken}, for many tokens in one statement. Returns the rows of each token, in the order of the
 * tokens.
 */
export async function findUsersByApiTokens(
  { pool }: Pick<Database, 'pool'>,
  asked: readonly AskedToken[],
): Promise<TokenRow[][]> {
  const { rows } = await pool.query<TokenRow & Numbered>({
    text: `
      SELECT asked.number, ${tokenColumns}, ${userColumns}
      FROM unnest($1::bytea[], $2::uuid[]) WITH ORDINALITY AS asked (token_hash, workspace_id, number)
      JOIN api_token token ON token.token_hash = asked.token_hash
      JOIN app_user ON app_user.id = token.user_id ${ofToken('asked.workspace_id')}`,
    values: [asked.map(({ token }) => Buffer.from(hashApiToken(token))), asked.map(({ workspaceId }) => workspaceId)],
  })
  return byNumber(rows, asked.length)
}

interface AskedUser {
  readonly userId: string
  readonly workspaceId: string | null
}

/** Like {@link findUserById}, for many users in one statement. */
export async function findUsersByIds(
  { pool }: Pick<Database, 'pool'>,
  asked: readonly AskedUser[],
): Promise<UserRow[][]> {
  const { rows } = await pool.query<UserRow & Numbered>({
    text: `
      SELECT asked.number, ${userColumns}
      FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (user_id, workspace_id, number)
      JOIN app_user ON app_user.id = asked.user_id ${chosen('asked.workspace_id')}`,
    values: [asked.map(({ userId }) => userId), asked.map(({ workspaceId }) => workspaceId)],
  })
  return byNumber(rows, asked.length)
}

interface Numbered {
  /** From 1, as PostgreSQL counts. */
  readonly number: bigint
}

function byNumber<Row extends Numbered>(rows: readonly Row[], count: number): Row[][] {
  const found = Array.from({ length: count }, (): Row[] => [])
  for (const row of rows) found[Number(row.number) - 1]?.push(row)
  return found
}
