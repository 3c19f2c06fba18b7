import type { Database } from '../database/database.ts'
import type { Plan, Role } from '../generated/prisma/enums.ts'
import { hashApiToken, isApiToken } from './api-token.ts'
import { AuthenticationError } from './authentication-error.ts'
import type { Viewer } from './viewer.ts'

/** What came with a request, as it came. */
export interface Credentials {
  /** `Bearer <token>` */
  readonly authorization: string | null
  /** Names a workspace where the user has several. */
  readonly workspaceId: string | null
}

const minute = 60_000

/** Tells who asks and in which workspace (B20). Throws {@link AuthenticationError}. */
export async function authenticate(
  database: Pick<Database, 'pool'>,
  { authorization, workspaceId }: Credentials,
  now = new Date(),
): Promise<Viewer> {
  const token = bearerToken(authorization)
  if (workspaceId !== null && !isUuid(workspaceId)) throw notYours()
  const rows = await findTokenUser(database, token, workspaceId)
  const [row, another] = rows
  if (row === undefined) throw new AuthenticationError('UNAUTHENTICATED', 'The API token is not known.')
  if (row.revoked_at !== null) throw new AuthenticationError('UNAUTHENTICATED', 'The API token was revoked.')
  if (row.expires_at !== null && row.expires_at <= now) {
    throw new AuthenticationError('UNAUTHENTICATED', 'The API token has expired.')
  }
  const viewer = toViewer(row, another !== undefined, workspaceId)
  await noteUse(database, row, now)
  return viewer
}

function bearerToken(authorization: string | null): string {
  if (authorization === null || authorization.trim() === '') {
    throw new AuthenticationError('UNAUTHENTICATED', 'Send an API token as "Authorization: Bearer <token>".')
  }
  const token = /^Bearer +(\S+) *$/i.exec(authorization.trim())?.[1]
  if (token === undefined || !isApiToken(token)) {
    throw new AuthenticationError('UNAUTHENTICATED', 'The authorization is not "Bearer" and an API token (hcs_…).')
  }
  return token
}

interface TokenUser {
  readonly token_id: string
  readonly last_used_at: Date | null
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
  readonly user_id: string
  readonly organization_id: string
  readonly is_company_admin: boolean
  readonly workspace_id: string | null
  readonly plan: Plan | null
  readonly role: Role | null
}

/** One row per workspace that the token's user may act in, two at most; one without a workspace if there is none. */
async function findTokenUser(
  { pool }: Pick<Database, 'pool'>,
  token: string,
  workspaceId: string | null,
): Promise<TokenUser[]> {
  const { rows } = await pool.query<TokenUser>({
    name: 'find-token-user',
    text: `
      SELECT token.id AS token_id, token.last_used_at, token.expires_at, token.revoked_at,
        app_user.id AS user_id, app_user.organization_id, app_user.is_company_admin,
        workspace.id AS workspace_id, workspace.plan, workspace.role
      FROM api_token token
      JOIN app_user ON app_user.id = token.user_id
      LEFT JOIN LATERAL (
        SELECT workspace.id, workspace.plan, membership.role
        FROM workspace
        LEFT JOIN membership ON membership.workspace_id = workspace.id AND membership.user_id = app_user.id
        WHERE workspace.organization_id = app_user.organization_id
          AND (app_user.is_company_admin OR membership.role IS NOT NULL)
          AND ($2::uuid IS NULL OR workspace.id = $2)
        LIMIT 2
      ) workspace ON true
      WHERE token.token_hash = $1`,
    values: [hashApiToken(token), workspaceId],
  })
  return rows
}

function toViewer(row: TokenUser, hasOthers: boolean, named: string | null): Viewer {
  if (hasOthers) {
    const message = 'You have several workspaces: name one with the header x-workspace-id.'
    throw new AuthenticationError('WORKSPACE_REQUIRED', message)
  }
  if (row.workspace_id === null || row.plan === null) {
    throw named === null ? new AuthenticationError('FORBIDDEN', 'You belong to no workspace.') : notYours()
  }
  return {
    userId: row.user_id,
    organizationId: row.organization_id,
    workspaceId: row.workspace_id,
    plan: row.plan,
    role: row.is_company_admin ? 'COMPANY_ADMIN' : (row.role ?? 'MEMBER'),
  }
}

/** Whether such a workspace exists is not told to those who have no part in it. */
function notYours(): AuthenticationError {
  return new AuthenticationError('FORBIDDEN', 'x-workspace-id names no workspace of yours.')
}

/** At most one write a minute, so that a busy token costs no write per request. */
async function noteUse({ pool }: Pick<Database, 'pool'>, row: TokenUser, now: Date): Promise<void> {
  const staleBefore = new Date(now.getTime() - minute)
  if (row.last_used_at !== null && row.last_used_at > staleBefore) return
  await pool.query({
    name: 'note-token-use',
    text: `UPDATE api_token SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)`,
    values: [row.token_id, now, staleBefore],
  })
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
