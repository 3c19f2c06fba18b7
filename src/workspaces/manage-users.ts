import { issueApiToken } from '../auth/manage-api-tokens.ts'
import type { ViewerRole } from '../auth/viewer.ts'
import { workspacesOf } from '../auth/workspaces-of.ts'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { InvalidInputError, NotFoundError } from '../user-errors.ts'

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
 * Gives a person a role in a workspace and a token. A person whom the organization already knows by that address keeps
 * their user. Throws NotFoundError and InvalidInputError.
 */
export async function createUser(database: Database, user: NewUser): Promise<IssuedUser> {
  const workspace = await database.prisma.workspace.findUnique({ where: { id: user.workspaceId } })
  if (workspace === null) throw new NotFoundError(`There is no workspace ${user.workspaceId}.`)
  return database.prisma.$transaction(async (prisma) => {
    const userId = await admitUser(prisma, workspace.organizationId, user)
    const { token } = await issueApiToken(prisma, { userId, workspaceId: user.workspaceId, name: user.email })
    return { userId, token }
  })
}

/**
 * Creates a token for an existing user, in the given workspace, which may be omitted if the user has only one. Throws
 * NotFoundError, and InvalidInputError if the workspace must be given.
 */
export async function createToken(
  database: Database,
  { userId, workspaceId }: { readonly userId: string; readonly workspaceId?: string },
): Promise<{ workspaceId: string; token: string }> {
  const { prisma } = database
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
  const { token } = await issueApiToken(prisma, { userId, workspaceId: workspace.id, name: 'operator' })
  return { workspaceId: workspace.id, token }
}

/** Finds or creates the user and assigns the role, within the caller's transaction. */
export async function admitUser(
  prisma: Prisma.TransactionClient,
  organizationId: string,
  { workspaceId, email, role }: NewUser,
): Promise<string> {
  const address = email.trim().toLowerCase()
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) {
    throw new InvalidInputError([{ path: ['email'], message: `"${email}" is not an email address.` }])
  }
  const isCompanyAdmin = role === 'COMPANY_ADMIN'
  const user = await prisma.user.upsert({
    where: { organizationId_email: { organizationId, email: address } },
    create: { id: newId(), organizationId, email: address, isCompanyAdmin },
    update: isCompanyAdmin ? { isCompanyAdmin } : {},
  })
  const held = { role: isCompanyAdmin ? ('WORKSPACE_ADMIN' as const) : role }
  await prisma.membership.upsert({
    where: { workspaceId_userId: { workspaceId, userId: user.id } },
    create: { workspaceId, userId: user.id, ...held },
    update: held,
  })
  return user.id
}
