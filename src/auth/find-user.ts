import type { UserClaim } from '../config/environment.ts'
import type { Database, Queryable } from '../database/database.ts'
import { shareReads } from '../database/share-reads.ts'
import type { Plan, Role, TokenScope } from '../generated/prisma/enums.ts'
import { hashApiToken } from './api-token.ts'
import type { JwtUser } from './json-web-token.ts'

/** A user in one of the workspaces that they may act in, or without a workspace if there is none. */
export interface UserRow {
  readonly user_id: string
  readonly organization_id: string
  readonly is_company_admin: boolean
  readonly workspace_id: string | null
  readonly plan: Plan | null
  readonly workspace_name: string | null
  readonly role: Role | null
  /** False if the identity provider's id of the person is not stored yet. */
  readonly is_linked: boolean
}

export interface TokenRow extends UserRow {
  readonly token_id: string
  readonly token_name: string
  readonly scopes: readonly TokenScope[]
  readonly last_used_at: Date | null
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
}

const userColumns = `app_user.id AS user_id, app_user.organization_id, app_user.is_company_admin,
        app_user.external_subject IS NOT NULL AS is_linked,
        workspace.id AS workspace_id, workspace.name AS workspace_name, workspace.plan, workspace.role`

// The driver returns arrays of an enum as text.
const tokenColumns = `token.id AS token_id, token.name AS token_name, token.scopes::text[] AS scopes,
        token.last_used_at, token.expires_at, token.revoked_at`

/** The workspaces in which a user may act and for which the condition holds, at most 20. */
const workspacesOfUser = (condition: string) => `
      LEFT JOIN LATERAL (
        SELECT workspace.id, workspace.name, workspace.plan, membership.role
        FROM workspace
        LEFT JOIN membership ON membership.workspace_id = workspace.id AND membership.user_id = app_user.id
        WHERE workspace.organization_id = app_user.organization_id AND workspace.deletion_started_at IS NULL
          AND (app_user.is_company_admin OR membership.role IS NOT NULL)
          AND ${condition}
        LIMIT 20
      ) workspace ON true`

/** A user chooses a workspace. `named` is null if none was chosen; the error then lists some. */
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

/**
 * The condition for the users whom a token of an identity provider names. `key` and `email` are SQL. A person has a user in
 * each organization that knows them. Until the identity provider's id is stored for a user, a verified address names them,
 * unless another user of the organization already has that id. A machine user never logs in.
 */
const isNamed: Record<UserClaim, (key: string, email: string) => string> = {
  id: (key) => `NOT app_user.is_machine AND app_user.id = ${key}::uuid`,
  email: (key) => `NOT app_user.is_machine AND app_user.email = ${key}`,
  sub: (key, email) => `NOT app_user.is_machine AND (app_user.external_subject = ${key} OR (
        app_user.email = ${email} AND app_user.external_subject IS NULL AND NOT EXISTS (
          SELECT FROM app_user linked
          WHERE linked.organization_id = app_user.organization_id AND linked.external_subject = ${key})))`,
}

/** The users whom a token names: one row per workspace that each may act in, or one without a workspace. */
export async function findUserByJwt(
  { pool }: Pick<Database, 'pool'>,
  { claim, value, verifiedEmail }: JwtUser,
  workspaceId: string | null,
): Promise<UserRow[]> {
  const { rows } = await pool.query<UserRow>({
    name: `find-user-by-${claim}`,
    text: `SELECT ${userColumns} FROM app_user ${chosen('$2::uuid')}
      WHERE ${isNamed[claim]('$1::text', '$3::text')}`,
    values: claim === 'sub' ? [value, workspaceId, verifiedEmail] : [value, workspaceId],
  })
  return rows
}

/** Stores the identity provider's id of a person for the users whom only their verified address has named so far. */
export async function linkUsers({ pool }: Pick<Database, 'pool'>, subject: string, userIds: string[]): Promise<void> {
  await pool.query(
    'UPDATE app_user SET external_subject = $1 WHERE id = ANY($2::uuid[]) AND external_subject IS NULL',
    [subject, userIds],
  )
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
  readonly user: JwtUser
  readonly workspaceId: string | null
}

/** Like {@link findUserByJwt}, for many users in one statement. */
export async function findUsersByJwts(
  { pool }: Pick<Database, 'pool'>,
  asked: readonly AskedUser[],
): Promise<UserRow[][]> {
  const [first] = asked
  if (first === undefined) return []
  const { rows } = await pool.query<UserRow & Numbered>({
    text: `
      SELECT asked.number, ${userColumns}
      FROM unnest($1::text[], $2::text[], $3::uuid[]) WITH ORDINALITY AS asked (key, email, workspace_id, number)
      JOIN app_user ON ${isNamed[first.user.claim]('asked.key', 'asked.email')} ${chosen('asked.workspace_id')}`,
    values: [
      asked.map(({ user }) => user.value),
      asked.map(({ user }) => user.verifiedEmail),
      asked.map(({ workspaceId }) => workspaceId),
    ],
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
