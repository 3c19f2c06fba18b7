import { issueApiToken } from '../auth/manage-api-tokens.ts'
import type { ViewerRole } from '../auth/viewer.ts'
import { workspacesOf } from '../auth/workspaces-of.ts'
import type { Database } from '../database/database.ts'
import type { TokenScope } from '../generated/prisma/enums.ts'
import { InvalidInputError, NotFoundError } from '../user-errors.ts'
import { admit, inTurn } from './manage-members.ts'

/** A user with a token to act with. */
export interface IssuedUser {
  readonly userId: string
  readonly token: string
}

export interface NewUser {
  readonly workspaceId: string
  readonly email: string
  readonly role: ViewerRole
}

/**
 * Gives a person a role in a workspace and a token, on behalf of the operator. A person whom the organization already knows
 * by that address keeps their user and has the given role afterwards. Throws NotFoundError, InvalidInputError,
 * LastAdminError, and TokenLimitError.
 */
export function createUser(database: Database, { workspaceId, ...user }: NewUser): Promise<IssuedUser> {
  return inTurn(database, null, workspaceId, async (tx, workspace) => {
    const userId = await admit(tx, null, workspace, user)
    const { token } = await issueApiToken(tx, { userId, workspaceId, name: user.email })
    return { userId, token }
  })
}

/**
 * Stores the identity provider's id of a person, the claim `sub` of its tokens, or forgets it (null), on behalf of the
 * operator. Throws NotFoundError and InvalidInputError.
 */
export async function setSubject(
  { prisma }: Database,
  { userId, subject }: { readonly userId: string; readonly subject: string | null },
): Promise<void> {
  const user = await prisma.user.findUnique({ where: { id: userId } })
  if (user === null) throw new NotFoundError(`There is no user ${userId}.`)
  const refuse = (message: string) => new InvalidInputError([{ path: ['subject'], message }])
  if (user.isMachine) throw refuse('A machine user cannot log in.')
  if (subject?.trim() === '') throw refuse('The subject must not be empty.')
  const { organizationId } = user
  const other = await prisma.user.findFirst({
    where: { organizationId, externalSubject: subject, id: { not: userId } },
  })
  if (subject !== null && other !== null) throw refuse(`The user ${other.id} of the organization has this subject.`)
  await prisma.user.update({ where: { id: userId }, data: { externalSubject: subject } })
}

export interface OperatorToken {
  readonly userId: string
  /** May be omitted if the user has only one. */
  readonly workspaceId?: string
  readonly name?: string
  readonly scopes?: readonly TokenScope[]
  readonly expiresAt?: Date
}

/**
 * Creates a token for an existing user on behalf of the operator. Throws NotFoundError, TokenLimitError, and
 * InvalidInputError, also if the workspace must be given.
 */
export async function createToken(
  { prisma }: Database,
  { userId, workspaceId, name = 'operator', scopes, expiresAt }: OperatorToken,
): Promise<{ workspaceId: string; tokenId: string; token: string }> {
  const user = await prisma.user.findUnique({ where: { id: userId } })
  if (user === null) throw new NotFoundError(`There is no user ${userId}.`)
  const workspaces = await prisma.workspace.findMany({
    where: { AND: [workspacesOf(user), workspaceId === undefined ? {} : { id: workspaceId }] },
    orderBy: { id: 'asc' },
    select: { id: true, name: true },
    take: 20,
  })
  const [workspace, another] = workspaces
  if (workspace === undefined) {
    throw new NotFoundError(
      workspaceId === undefined
        ? 'The user does not belong to any workspace.'
        : `The user does not belong to the workspace ${workspaceId}.`,
    )
  }
  if (another !== undefined) {
    const named = workspaces.map(({ id, name }) => `${id} (${name})`).join(', ')
    const message = `The user belongs to several workspaces. Choose the token's with --workspace: ${named}.`
    throw new InvalidInputError([{ path: ['workspaceId'], message }])
  }
  const request = { userId, workspaceId: workspace.id, name, scopes, expiresAt }
  const { token, apiToken } = await prisma.$transaction((tx) => issueApiToken(tx, request))
  return { workspaceId: workspace.id, tokenId: apiToken.id, token }
}
