import type { Prisma, User } from '../generated/prisma/client.ts'

/**
 * Returns the user if they are an admin of the workspace now (B19, B20). Their access may have ended since they acted.
 */
export function findAdmin(prisma: Prisma.TransactionClient, workspaceId: string, userId: string): Promise<User | null> {
  return prisma.user.findFirst({
    where: {
      id: userId,
      organization: { workspaces: { some: { id: workspaceId } } },
      OR: [{ isCompanyAdmin: true }, { memberships: { some: { workspaceId, role: 'WORKSPACE_ADMIN' } } }],
    },
  })
}
