import { issueApiToken } from '../auth/manage-api-tokens.ts'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { Plan } from '../generated/prisma/enums.ts'
import { InvalidInputError, NotFoundError } from '../user-errors.ts'
import { admit } from './manage-members.ts'
import type { IssuedUser } from './manage-users.ts'

export interface NewWorkspace {
  readonly name: string
  readonly plan: Plan
  /** Becomes the first workspace admin, or stays a company admin. */
  readonly adminEmail: string
  /** Adds the workspace to an organization. If omitted, the workspace gets its own. */
  readonly organizationId?: string
}

export interface IssuedWorkspace extends IssuedUser {
  readonly workspaceId: string
  readonly organizationId: string
}

/** Creates a workspace with its first admin and a token for them. Throws InvalidInputError, NotFoundError. */
export async function createWorkspace(database: Database, given: NewWorkspace): Promise<IssuedWorkspace> {
  const name = given.name.trim()
  if (name === '') throw new InvalidInputError([{ path: ['name'], message: 'A workspace needs a name.' }])
  return database.prisma.$transaction(async (prisma) => {
    const organizationId = given.organizationId ?? newId()
    if (given.organizationId === undefined) {
      await prisma.organization.create({ data: { id: organizationId, name } })
    } else if ((await prisma.organization.findUnique({ where: { id: organizationId } })) === null) {
      throw new NotFoundError(`There is no organization ${organizationId}.`)
    }
    const workspaceId = newId()
    await prisma.workspace.create({ data: { id: workspaceId, organizationId, name, plan: given.plan } })
    const email = given.adminEmail
    const isCompanyAdmin = await prisma.user.count({
      where: { organizationId, email: email.trim().toLowerCase(), isCompanyAdmin: true },
    })
    const role = isCompanyAdmin > 0 ? 'COMPANY_ADMIN' : 'WORKSPACE_ADMIN'
    const userId = await admit(prisma, null, { id: workspaceId, organizationId }, { email, role })
    const { token } = await issueApiToken(prisma, { userId, workspaceId, name: given.adminEmail })
    return { workspaceId, organizationId, userId, token }
  })
}

/** Moves a workspace to another plan (B22). Throws NotFoundError. */
export async function setPlan(database: Database, workspaceId: string, plan: Plan): Promise<void> {
  const { count } = await database.prisma.workspace.updateMany({ where: { id: workspaceId }, data: { plan } })
  if (count === 0) throw new NotFoundError(`There is no workspace ${workspaceId}.`)
}
