import type { Prisma, User } from '../generated/prisma/client.ts'

/** The workspaces in which a user may act: those with a membership, or all of the organization for a company admin (B20). */
export function workspacesOf(user: Pick<User, 'id' | 'organizationId' | 'isCompanyAdmin'>): Prisma.WorkspaceWhereInput {
  const { id: userId, organizationId, isCompanyAdmin } = user
  return isCompanyAdmin ? { organizationId } : { organizationId, memberships: { some: { userId } } }
}
