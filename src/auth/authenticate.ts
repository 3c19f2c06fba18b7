import type { Database } from '../database/database.ts'
import { isApiToken } from './api-token.ts'
import { AuthenticationError } from './authentication-error.ts'
import { findUserByApiToken, findUserById, type TokenRow, type UserRow } from './find-user.ts'
import type { VerifyJwt } from './json-web-token.ts'
import type { Viewer } from './viewer.ts'

/** The credentials of a request, as received. */
export interface Credentials {
  /** `Bearer <token>` */
  readonly authorization: string | null
  /** Names a workspace if the user has several. */
  readonly workspaceId: string | null
}

export interface AuthContext {
  readonly database: Pick<Database, 'pool'>
  /** Null if only API tokens are accepted. */
  readonly verifyJwt: VerifyJwt | null
}

/** The viewer, and how long the credentials are valid. */
export interface Session {
  readonly viewer: Viewer
  /** `token-<id>` of the API token, or `user-<id>` of the user that a JSON Web Token names. Rate limits count by it. */
  readonly credentialId: string
  /** Null if they do not expire. */
  readonly expiresAt: Date | null
}

const minute = 60_000

/**
 * Identifies the viewer and the workspace (B20), with an API token or a JSON Web Token. Throws {@link
 * AuthenticationError}, or any other error if the viewer cannot be identified at the moment.
 */
export async function authenticate(
  context: AuthContext,
  { authorization, workspaceId }: Credentials,
  now = new Date(),
): Promise<Session> {
  const token = bearerToken(authorization)
  if (workspaceId !== null && !isUuid(workspaceId)) throw notYours()
  if (isApiToken(token)) return sessionOfApiToken(context, token, workspaceId, now)
  if (context.verifyJwt === null || !token.includes('.')) throw refused('The token is not an API token (hcs_…).')
  const { userId, expiresAt } = await context.verifyJwt(token)
  const rows = await findUserById(context.database, userId, workspaceId)
  const viewer = viewerOf(rows, workspaceId, 'The user of this token does not exist.')
  return { viewer, credentialId: `user-${userId}`, expiresAt }
}

async function sessionOfApiToken(
  { database }: AuthContext,
  token: string,
  workspaceId: string | null,
  now: Date,
): Promise<Session> {
  const rows = await findUserByApiToken(database, token, workspaceId)
  const [row] = rows
  if (row === undefined) throw refused('This API token does not exist.')
  if (row.revoked_at !== null) throw refused('This API token was revoked.')
  if (row.expires_at !== null && row.expires_at <= now) throw refused('This API token has expired.')
  const viewer = viewerOf(rows, workspaceId, 'This API token does not exist.')
  await noteUse(database, row, now)
  return { viewer, credentialId: `token-${row.token_id}`, expiresAt: row.expires_at }
}

function bearerToken(authorization: string | null): string {
  if (authorization === null || authorization.trim() === '') {
    throw refused('Send a token as "Authorization: Bearer <token>".')
  }
  const token = /^Bearer +(\S+) *$/i.exec(authorization.trim())?.[1]
  if (token === undefined) throw refused('The authorization header must be "Bearer" followed by a token.')
  return token
}

function viewerOf(rows: readonly UserRow[], named: string | null, unknown: string): Viewer {
  const [row, another] = rows
  if (row === undefined) throw refused(unknown)
  if (another !== undefined) {
    const message = 'You belong to several workspaces. Choose one with the header x-workspace-id.'
    throw new AuthenticationError('WORKSPACE_REQUIRED', message)
  }
  if (row.workspace_id === null || row.plan === null) {
    throw named === null ? new AuthenticationError('FORBIDDEN', 'You do not belong to any workspace.') : notYours()
  }
  return {
    userId: row.user_id,
    organizationId: row.organization_id,
    workspaceId: row.workspace_id,
    plan: row.plan,
    role: row.is_company_admin ? 'COMPANY_ADMIN' : (row.role ?? 'MEMBER'),
  }
}

function refused(message: string): AuthenticationError {
  return new AuthenticationError('UNAUTHENTICATED', message)
}

/** The answer does not reveal whether such a workspace exists. */
function notYours(): AuthenticationError {
  return new AuthenticationError('FORBIDDEN', 'You do not belong to the workspace in x-workspace-id.')
}

/** At most one write a minute, so that a busy token costs no write per request. */
async function noteUse({ pool }: AuthContext['database'], row: TokenRow, now: Date): Promise<void> {
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
