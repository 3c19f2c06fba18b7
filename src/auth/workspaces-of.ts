import type { Prisma, User } from '../generated/prisma/client.ts'

/**
 * The workspaces in which a user may act: those with a membership, or all of the organization for a company admin (B20).
 * Nobody acts in a workspace that is being deleted.
 */
export function workspacesOf(user: Pick<User, 'id' | 'organizationId' | 'isCompanyAdmin'>): Prisma.WorkspaceWhereInput {
  const { id: userId, organizationId, isCompanyAdmin } = user
  const where = { organizationId, deletionStartedAt: null }
  return isCompanyAdmin ? where : { ...where, memberships: { some: { userId } } }
}
