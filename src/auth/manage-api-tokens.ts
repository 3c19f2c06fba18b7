import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { ApiToken, Prisma } from '../generated/prisma/client.ts'
import { TokenScope } from '../generated/prisma/enums.ts'
import { InvalidInputError, NotFoundError, TokenLimitError } from '../user-errors.ts'
import { generateApiToken, hashApiToken } from './api-token.ts'
import { isAdmin, requireAdmin, requireScope } from './permissions.ts'
import type { Viewer } from './viewer.ts'

/** Maximum number of valid tokens of a user in a workspace. */
const maxTokens = 20

const allScopes: readonly TokenScope[] = Object.values(TokenScope)

export interface IssuedToken {
  readonly apiToken: ApiToken
  /** The secret itself, which cannot be read again. */
  readonly token: string
}

export interface TokenRequest {
  readonly userId: string
  /** The only workspace that the token acts in. */
  readonly workspaceId: string
  readonly name: string
  /** All rights of the user if omitted. */
  readonly scopes?: readonly TokenScope[] | null
  readonly expiresAt?: Date | null
}

/** A token that the viewer wants. */
export interface WantedToken {
  readonly name: string
  /** As many as the viewer has if omitted. */
  readonly scopes?: readonly TokenScope[] | null
  readonly expiresAt?: Date | null
}

/**
 * Creates a token for a user who is known to belong to the workspace, within the caller's transaction. Throws
 * InvalidInputError, and TokenLimitError if the user has too many.
 */
export async function issueApiToken(
  prisma: Prisma.TransactionClient,
  { userId, workspaceId, name, scopes, expiresAt = null }: TokenRequest,
  now = new Date(),
): Promise<IssuedToken> {
  const problems = []
  if (name.trim() === '')
    problems.push({ path: ['name'], message: 'Give the token a name that tells what it is used for.' })
  if (scopes?.length === 0) problems.push({ path: ['scopes'], message: 'A token needs at least one scope.' })
  if (expiresAt !== null && expiresAt <= now) {
    problems.push({ path: ['expiresAt'], message: 'The expiry time must be in the future.' })
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  // Tokens of a user are created in turn, so that they cannot exceed the limit together.
  await prisma.$queryRaw`SELECT id FROM app_user WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
  const count = await prisma.apiToken.count({ where: { userId, workspaceId, ...validAt(now) } })
  if (count >= maxTokens) throw new TokenLimitError(maxTokens)
  const token = generateApiToken()
  const apiToken = await prisma.apiToken.create({
    data: {
      id: newId(),
      userId,
      workspaceId,
      name: name.trim(),
      scopes: allScopes.filter((scope) => scopes?.includes(scope) ?? true),
      tokenHash: hashApiToken(token),
      expiresAt,
    },
  })
  return { apiToken, token }
}

/**
 * Creates a token for the viewer, within the rights of the viewer's own token. Throws ForbiddenError,
 * InvalidInputError, and TokenLimitError.
 */
export function createApiToken({ prisma }: Database, viewer: Viewer, wanted: WantedToken): Promise<IssuedToken> {
  const { workspaceId, userId } = viewer
  const request = { ...wanted, workspaceId, userId, ...rightsWithin(viewer, wanted) }
  return prisma.$transaction((tx) => issueApiToken(tx, request))
}

/**
 * Creates a token for a machine user of the workspace, on behalf of an admin. Throws like {@link createApiToken}, and
 * NotFoundError.
 */
export async function createMachineToken(
  { prisma }: Database,
  viewer: Viewer,
  { userId, ...wanted }: WantedToken & { readonly userId: string },
): Promise<IssuedToken> {
  requireAdmin(viewer)
  const { workspaceId } = viewer
  const request = { ...wanted, workspaceId, userId, ...rightsWithin(viewer, wanted) }
  const machine = await prisma.user.findFirst({
    where: { id: userId, isMachine: true, memberships: { some: { workspaceId } } },
  })
  if (machine === null) throw new NotFoundError('There is no such machine user. People create their own tokens.')
  return prisma.$transaction((tx) => issueApiToken(tx, request))
}

/**
 * What a new token may do, and until when: as wanted, and by default as the viewer's own token. Throws ForbiddenError if that
 * token lacks a wanted scope, and InvalidInputError if it expires earlier, since a token must not be able to outlive itself.
 */
export function rightsWithin(
  viewer: Viewer,
  { scopes, expiresAt }: Pick<WantedToken, 'scopes' | 'expiresAt'>,
): Pick<TokenRequest, 'scopes' | 'expiresAt'> {
  for (const scope of scopes ?? []) requireScope(viewer, scope)
  const latest = viewer.token?.expiresAt ?? null
  if (latest !== null && expiresAt != null && expiresAt > latest) {
    const message = `The token of this request expires at ${latest.toISOString()}. A token that it creates cannot be valid for longer.`
    throw new InvalidInputError([{ path: ['expiresAt'], message }])
  }
  return { scopes: scopes ?? viewer.scopes, expiresAt: expiresAt ?? latest }
}

/** The tokens that the viewer may see and revoke: an admin those of the workspace, others their own. */
export function tokensOf(viewer: Viewer): Prisma.ApiTokenWhereInput {
  const { workspaceId, userId } = viewer
  return isAdmin(viewer) ? { workspaceId } : { workspaceId, userId }
}

/** Revokes one of {@link tokensOf}. Revoking it again changes nothing. Throws NotFoundError. */
export async function revokeApiToken(
  { prisma }: Database,
  viewer: Viewer,
  id: string,
  now = new Date(),
): Promise<ApiToken> {
  await revokeTokens(prisma, { AND: [{ id }, tokensOf(viewer)] }, now)
  const revoked = await prisma.apiToken.findFirst({ where: { AND: [{ id }, tokensOf(viewer)] } })
  if (revoked === null) throw new NotFoundError('There is no such API token, or you may not revoke it.')
  return revoked
}

/** Revokes all matching tokens that were not revoked before. */
export async function revokeTokens(
  prisma: Prisma.TransactionClient,
  where: Prisma.ApiTokenWhereInput,
  now = new Date(),
): Promise<void> {
  await prisma.apiToken.updateMany({ where: { AND: [where, { revokedAt: null }] }, data: { revokedAt: now } })
}

function validAt(now: Date): Prisma.ApiTokenWhereInput {
  return { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] }
}
