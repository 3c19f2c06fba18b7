import type { Database } from '../database/database.ts'
import { isApiToken } from './api-token.ts'
import { AuthenticationError } from './authentication-error.ts'
import { findUserByApiToken, findUserById, type TokenRow, type UserRow } from './find-user.ts'
import type { VerifyJwt } from './json-web-token.ts'
import type { Viewer } from './viewer.ts'

/** What came with a request, as it came. */
export interface Credentials {
  /** `Bearer <token>` */
  readonly authorization: string | null
  /** Names a workspace where the user has several. */
  readonly workspaceId: string | null
}

export interface AuthContext {
  readonly database: Pick<Database, 'pool'>
  /** Null where API tokens alone are accepted. */
  readonly verifyJwt: VerifyJwt | null
}

/** Who asks, and for how long the credentials say so. */
export interface Session {
  readonly viewer: Viewer
  /** Tells apart what is counted for each token: `token-<id>` of an API token, `user-<id>` where a JSON Web Token names a user. */
  readonly credentialId: string
  /** Null where they do not expire. */
  readonly expiresAt: Date | null
}

const minute = 60_000

/**
 * Tells who asks and in which workspace (B20), by an API token or a JSON Web Token. Throws {@link AuthenticationError};
 * anything else if it cannot be told at present.
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
  const viewer = viewerOf(rows, workspaceId, 'The user of the token is not known.')
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
  if (row === undefined) throw refused('The API token is not known.')
  if (row.revoked_at !== null) throw refused('The API token was revoked.')
  if (row.expires_at !== null && row.expires_at <= now) throw refused('The API token has expired.')
  const viewer = viewerOf(rows, workspaceId, 'The API token is not known.')
  await noteUse(database, row, now)
  return { viewer, credentialId: `token-${row.token_id}`, expiresAt: row.expires_at }
}

function bearerToken(authorization: string | null): string {
  if (authorization === null || authorization.trim() === '') {
    throw refused('Send a token as "Authorization: Bearer <token>".')
  }
  const token = /^Bearer +(\S+) *$/i.exec(authorization.trim())?.[1]
  if (token === undefined) throw refused('The authorization is not "Bearer" and a token.')
  return token
}

function viewerOf(rows: readonly UserRow[], named: string | null, unknown: string): Viewer {
  const [row, another] = rows
  if (row === undefined) throw refused(unknown)
  if (another !== undefined) {
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

function refused(message: string): AuthenticationError {
  return new AuthenticationError('UNAUTHENTICATED', message)
}

/** Whether such a workspace exists is not told to those who have no part in it. */
function notYours(): AuthenticationError {
  return new AuthenticationError('FORBIDDEN', 'x-workspace-id names no workspace of yours.')
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
