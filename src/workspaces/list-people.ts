import { revokeTokens } from '../auth/manage-api-tokens.ts'
import type { ViewerRole } from '../auth/viewer.ts'
import type { Database } from '../database/database.ts'
import type { Plan, TokenScope } from '../generated/prisma/enums.ts'
import { NotFoundError } from '../user-errors.ts'
import { membersOf } from './manage-members.ts'

export interface ListedWorkspace {
  readonly workspaceId: string
  readonly organizationId: string
  readonly name: string
  readonly plan: Plan
  /** Set if the workspace is being deleted. */
  readonly deletionStartedAt: Date | null
}

/** All workspaces of the installation, oldest first, for the operator. */
export async function listWorkspaces({ prisma }: Database): Promise<ListedWorkspace[]> {
  const workspaces = await prisma.workspace.findMany({ orderBy: { id: 'asc' } })
  return workspaces.map(({ id, organizationId, name, plan, deletionStartedAt }) => ({
    workspaceId: id,
    organizationId,
    name,
    plan,
    deletionStartedAt,
  }))
}

export interface ListedMember {
  readonly userId: string
  readonly email: string | null
  readonly name: string
  readonly role: ViewerRole
  readonly isMachine: boolean
  /** Null for a company admin who was not invited to this workspace. */
  readonly joinedAt: Date | null
}

/** Everybody who has access to a workspace, for the operator, oldest user first. Throws NotFoundError. */
export async function listMembers({ prisma }: Database, workspaceId: string): Promise<ListedMember[]> {
  const workspace = await prisma.workspace.findUnique({ where: { id: workspaceId } })
  if (workspace === null) throw new NotFoundError(`There is no workspace ${workspaceId}.`)
  const users = await prisma.user.findMany({
    where: membersOf(workspace),
    orderBy: { id: 'asc' },
    include: { memberships: { where: { workspaceId } } },
  })
  return users.map(({ id, email, name, isMachine, isCompanyAdmin, memberships: [membership] }) => ({
    userId: id,
    email,
    name,
    role: isCompanyAdmin ? 'COMPANY_ADMIN' : (membership?.role ?? 'MEMBER'),
    isMachine,
    joinedAt: membership?.createdAt ?? null,
  }))
}

export interface ListedToken {
  readonly tokenId: string
  readonly userId: string
  readonly name: string
  readonly scopes: readonly TokenScope[]
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}

/** The API tokens of a workspace, or of one of its users, for the operator, oldest first. */
export async function listTokens(
  { prisma }: Database,
  where: { readonly workspaceId: string; readonly userId?: string },
): Promise<ListedToken[]> {
  const tokens = await prisma.apiToken.findMany({ where, orderBy: { id: 'asc' }, omit: { tokenHash: true } })
  return tokens.map(({ id, workspaceId: _workspace, ...token }) => ({ tokenId: id, ...token }))
}

/** Revokes any token on behalf of the operator. Revoking it again changes nothing. Throws NotFoundError. */
export async function revokeToken(
  { prisma }: Database,
  tokenId: string,
): Promise<{ workspaceId: string; revokedAt: Date }> {
  await revokeTokens(prisma, { id: tokenId })
  const token = await prisma.apiToken.findUnique({ where: { id: tokenId } })
  if (token === null || token.revokedAt === null) throw new NotFoundError(`There is no API token ${tokenId}.`)
  return { workspaceId: token.workspaceId, revokedAt: token.revokedAt }
}
