import type { Database } from '../database/database.ts'
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

/** At most two: that is enough to know that there are several. $2 names one. */
const workspacesOfUser = `
      LEFT JOIN LATERAL (
        SELECT workspace.id, workspace.plan, membership.role
        FROM workspace
        LEFT JOIN membership ON membership.workspace_id = workspace.id AND membership.user_id = app_user.id
        WHERE workspace.organization_id = app_user.organization_id
          AND (app_user.is_company_admin OR membership.role IS NOT NULL)
          AND ($2::uuid IS NULL OR workspace.id = $2)
        LIMIT 2
      ) workspace ON true`

/** One row per workspace that the token's user may act in, at most two. */
export async function findUserByApiToken(
  { pool }: Pick<Database, 'pool'>,
  token: string,
  workspaceId: string | null,
): Promise<TokenRow[]> {
  const { rows } = await pool.query<TokenRow>({
    name: 'find-token-user',
    text: `
      SELECT token.id AS token_id, token.last_used_at, token.expires_at, token.revoked_at, ${userColumns}
      FROM api_token token
      JOIN app_user ON app_user.id = token.user_id ${workspacesOfUser}
      WHERE token.token_hash = $1`,
    values: [hashApiToken(token), workspaceId],
  })
  return rows
}

/** The same by the user's id. */
export async function findUserById(
  { pool }: Pick<Database, 'pool'>,
  userId: string,
  workspaceId: string | null,
): Promise<UserRow[]> {
  const { rows } = await pool.query<UserRow>({
    name: 'find-user',
    text: `SELECT ${userColumns} FROM app_user ${workspacesOfUser} WHERE app_user.id = $1`,
    values: [userId, workspaceId],
  })
  return rows
}
