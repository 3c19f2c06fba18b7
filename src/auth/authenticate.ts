import type { Database } from '../database/database.ts'
import { isApiToken } from './api-token.ts'
import { AuthenticationError } from './authentication-error.ts'
import {
  findUserByApiToken,
  findUserByJwt,
  findUsersByApiTokens,
  findUsersByJwts,
  linkUsers,
  type TokenRow,
  type UserRow,
} from './find-user.ts'
import type { JwtUser, VerifyJwt } from './json-web-token.ts'
import type { Viewer } from './viewer.ts'

/** The credentials of a request, as received. */
export interface Credentials {
  /** `Bearer <token>` */
  readonly authorization: string | null
  /**
   * With a JSON Web Token, chooses one of the user's workspaces. An API token has its own, and may be sent with no other.
   */
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
export async function authenticate(context: AuthContext, credentials: Credentials, now = new Date()): Promise<Session> {
  const { database } = context
  const { workspaceId } = credentials
  const bearer = await openBearer(context, credentials)
  if (bearer.kind === 'JWT') {
    const rows = await findUserByJwt(database, bearer.user, workspaceId)
    await linkSubject(database, bearer, rows)
    return sessionOfUser(bearer, rows)
  }
  const rows = await findUserByApiToken(database, bearer.token, workspaceId)
  const session = sessionOfToken(bearer, rows, now)
  await noteUse(database, rows, now)
  return session
}

/**
 * Authenticates many credentials with one read of each kind. If one of them cannot be checked, its outcome is the error,
 * which need not be an {@link AuthenticationError}. Rejects if the database cannot be read.
 */
export async function authenticateAll(
  context: AuthContext,
  all: readonly Credentials[],
  now = new Date(),
): Promise<PromiseSettledResult<Session>[]> {
  const { database } = context
  const bearers = await Promise.allSettled(all.map((credentials) => openBearer(context, credentials)))
  const opened = bearers.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const tokens = opened.filter((bearer) => bearer.kind === 'API_TOKEN')
  const users = opened.filter((bearer) => bearer.kind === 'JWT')
  const [rowsOfTokens, rowsOfUsers] = await Promise.all([
    tokens.length === 0 ? [] : findUsersByApiTokens(database, tokens),
    users.length === 0 ? [] : findUsersByJwts(database, users),
  ])
  const tokenRows = new Map(tokens.map((bearer, index) => [bearer, rowsOfTokens[index] ?? []]))
  const userRows = new Map(users.map((bearer, index) => [bearer, rowsOfUsers[index] ?? []]))
  const sessions = await Promise.allSettled(
    bearers.map(async (outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason
      const bearer = outcome.value
      return bearer.kind === 'JWT'
        ? sessionOfUser(bearer, userRows.get(bearer) ?? [])
        : sessionOfToken(bearer, tokenRows.get(bearer) ?? [], now)
    }),
  )
  await noteUse(database, rowsOfTokens.flat(), now)
  return sessions
}

/** The contents of the header, as far as they can be checked without the database. */
type Bearer =
  | { readonly kind: 'API_TOKEN'; readonly token: string; readonly workspaceId: string | null }
  | {
      readonly kind: 'JWT'
      readonly user: JwtUser
      readonly expiresAt: Date
      readonly workspaceId: string | null
    }

async function openBearer({ verifyJwt }: AuthContext, { authorization, workspaceId }: Credentials): Promise<Bearer> {
  const token = bearerToken(authorization)
  if (workspaceId !== null && !isUuid(workspaceId)) throw new AuthenticationError('FORBIDDEN', notYours)
  if (isApiToken(token)) return { kind: 'API_TOKEN', token, workspaceId }
  if (verifyJwt === null || !token.includes('.')) throw refused('The token is not an API token (hcs_…).')
  return { kind: 'JWT', workspaceId, ...(await verifyJwt(token)) }
}

function sessionOfUser(
  { user, workspaceId, expiresAt }: Extract<Bearer, { kind: 'JWT' }>,
  rows: readonly UserRow[],
): Session {
  const viewer = viewerOf(rows, workspaceId, {
    unknown:
      user.claim === 'id'
        ? 'The user of this token does not exist.'
        : 'Nobody has invited the person whom this token names. Ask an admin of a workspace.',
    nowhere: 'You do not belong to any workspace.',
    elsewhere: notYours,
  })
  return { viewer, credentialId: `user-${viewer.userId}`, expiresAt }
}

function sessionOfToken(
  { workspaceId }: Extract<Bearer, { kind: 'API_TOKEN' }>,
  rows: readonly TokenRow[],
  now: Date,
): Session {
  const [row] = rows
  if (row === undefined) throw refused('This API token does not exist.')
  if (row.revoked_at !== null) throw refused('This API token was revoked.')
  if (row.expires_at !== null && row.expires_at <= now) throw refused('This API token has expired.')
  const viewer = viewerOf(rows, workspaceId, {
    unknown: 'This API token does not exist.',
    nowhere: 'You no longer belong to the workspace of this API token.',
    elsewhere: 'This API token does not act in the workspace in x-workspace-id.',
  })
  const { token_id: id, token_name: name, scopes, expires_at: expiresAt } = row
  return { viewer: { ...viewer, scopes, token: { id, name, expiresAt } }, credentialId: `token-${id}`, expiresAt }
}

function bearerToken(authorization: string | null): string {
  if (authorization === null || authorization.trim() === '') {
    throw refused('Send a token as "Authorization: Bearer <token>".')
  }
  const token = /^Bearer +(\S+) *$/i.exec(authorization.trim())?.[1]
  if (token === undefined) throw refused('The authorization header must be "Bearer" followed by a token.')
  return token
}

/**
 * `unknown` says that there is no user, `nowhere` that the user has no workspace, and `elsewhere` that the named one is not
 * theirs. The last does not reveal whether such a workspace exists.
 */
function viewerOf(
  rows: readonly UserRow[],
  named: string | null,
  { unknown, nowhere, elsewhere }: { readonly unknown: string; readonly nowhere: string; readonly elsewhere: string },
): Viewer {
  if (rows.length === 0) throw refused(unknown)
  // A person can have a user without a workspace in one organization, and one with workspaces in another.
  const usable = rows.filter(({ workspace_id }) => workspace_id !== null)
  const [row = rows[0], another] = usable
  if (row === undefined) throw refused(unknown)
  if (another !== undefined) {
    const message = 'You belong to several workspaces. Choose one with the header x-workspace-id.'
    const workspaces = usable.map(({ workspace_id: id, workspace_name: name }) => ({ id: id ?? '', name: name ?? '' }))
    throw new AuthenticationError('WORKSPACE_REQUIRED', message, workspaces)
  }
  if (row.workspace_id === null || row.plan === null) {
    throw new AuthenticationError('FORBIDDEN', named === null ? nowhere : elsewhere)
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

const notYours = 'You do not belong to the workspace in x-workspace-id.'

/** From then on, the person is known by the identity provider's id, even if their address changes. */
async function linkSubject(
  database: AuthContext['database'],
  { user: { claim, value } }: Extract<Bearer, { kind: 'JWT' }>,
  rows: readonly UserRow[],
): Promise<void> {
  if (claim !== 'sub') return
  const userIds = rows.filter(({ is_linked }) => !is_linked).map(({ user_id }) => user_id)
  if (userIds.length > 0) await linkUsers(database, value, [...new Set(userIds)])
}

/** At most one write a minute, so that a busy token costs no write per request. */
async function noteUse({ pool }: AuthContext['database'], rows: readonly TokenRow[], now: Date): Promise<void> {
  const staleBefore = new Date(now.getTime() - minute)
  const stale = rows.filter(
    (row) =>
      (row.last_used_at === null || row.last_used_at <= staleBefore) &&
      row.revoked_at === null &&
      (row.expires_at === null || row.expires_at > now),
  )
  if (stale.length === 0) return
  await pool.query({
    name: 'note-token-use',
    text: `UPDATE api_token SET last_used_at = $2
           WHERE id = ANY($1::uuid[]) AND (last_used_at IS NULL OR last_used_at <= $3)`,
    values: [[...new Set(stale.map(({ token_id }) => token_id))], now, staleBefore],
  })
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
