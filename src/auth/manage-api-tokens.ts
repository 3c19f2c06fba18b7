import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { ApiToken, Prisma } from '../generated/prisma/client.ts'
import { InvalidInputError, NotFoundError } from '../user-errors.ts'
import { generateApiToken, hashApiToken } from './api-token.ts'
import type { Viewer } from './viewer.ts'

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
  readonly expiresAt?: Date | null
}

/** Creates a token for a user who is known to belong to the workspace. Throws InvalidInputError. */
export async function issueApiToken(
  prisma: Prisma.TransactionClient,
  { userId, workspaceId, name, expiresAt = null }: TokenRequest,
  now = new Date(),
): Promise<IssuedToken> {
  const problems = []
  if (name.trim() === '')
    problems.push({ path: ['name'], message: 'Give the token a name that tells what it is used for.' })
  if (expiresAt !== null && expiresAt <= now) {
    problems.push({ path: ['expiresAt'], message: 'The expiry time must be in the future.' })
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  const token = generateApiToken()
  const apiToken = await prisma.apiToken.create({
    data: { id: newId(), userId, workspaceId, name: name.trim(), tokenHash: hashApiToken(token), expiresAt },
  })
  return { apiToken, token }
}

/** Revokes one of the viewer's own tokens. Revoking it again changes nothing. Throws NotFoundError. */
export async function revokeApiToken(
  database: Database,
  viewer: Viewer,
  id: string,
  now = new Date(),
): Promise<ApiToken> {
  const { apiToken } = database.prisma
  const where = { id, userId: viewer.userId, workspaceId: viewer.workspaceId }
  await apiToken.updateMany({ where: { ...where, revokedAt: null }, data: { revokedAt: now } })
  const revoked = await apiToken.findFirst({ where })
  if (revoked === null) throw new NotFoundError('You do not have this API token.')
  return revoked
}
