import type { Database } from '../database/database.ts'
import type { Plan } from '../generated/prisma/enums.ts'
import type { ViewerRole } from './viewer.ts'
import { workspacesOf } from './workspaces-of.ts'

/** A workspace that a user may act in, with their role there. */
export interface WorkspaceOfUser {
  readonly workspaceId: string
  readonly name: string
  readonly plan: Plan
  readonly role: ViewerRole
}

/** The workspaces that a user may act in (B20), oldest first. */
export async function findWorkspaces({ prisma }: Pick<Database, 'prisma'>, userId: string): Promise<WorkspaceOfUser[]> {
  const user = await prisma.user.findUniqueOrThrow({ where: { id: userId } })
  const workspaces = await prisma.workspace.findMany({
    where: workspacesOf(user),
    orderBy: { id: 'asc' },
    select: { id: true, name: true, plan: true, memberships: { where: { userId }, select: { role: true } } },
  })
  return workspaces.map(({ id, name, plan, memberships: [membership] }) => ({
    workspaceId: id,
    name,
    plan,
    role: user.isCompanyAdmin ? 'COMPANY_ADMIN' : (membership?.role ?? 'MEMBER'),
  }))
}
