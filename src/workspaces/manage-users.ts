import { issueApiToken } from '../auth/manage-api-tokens.ts'
import type { ViewerRole } from '../auth/viewer.ts'
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
    const { token } = await issueApiToken(prisma, { userId, name: user.email })
    return { userId, token }
  })
}

/** Creates a token for an existing user. Throws NotFoundError. */
export async function createToken(database: Database, userId: string): Promise<{ token: string }> {
  const user = await database.prisma.user.findUnique({ where: { id: userId } })
  if (user === null) throw new NotFoundError(`There is no user ${userId}.`)
  const { token } = await issueApiToken(database.prisma, { userId, name: 'operator' })
  return { token }
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
