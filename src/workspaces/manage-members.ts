import { type IssuedToken, issueApiToken, revokeTokens, rightsWithin } from '../auth/manage-api-tokens.ts'
import { requireAdmin } from '../auth/permissions.ts'
import type { Viewer, ViewerRole } from '../auth/viewer.ts'
import { workspacesOf } from '../auth/workspaces-of.ts'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { Prisma, User, Workspace } from '../generated/prisma/client.ts'
import type { TokenScope } from '../generated/prisma/enums.ts'
import { ForbiddenError, InvalidInputError, LastAdminError, NotFoundError } from '../user-errors.ts'

type Transaction = Prisma.TransactionClient

/** Who changes members: an admin of the workspace, or null for the operator, who may do everything. */
export type Actor = Viewer | null

export interface Invitation {
  readonly email: string
  readonly role: ViewerRole
}

export interface NewMachineUser {
  readonly name: string
  readonly role: ViewerRole
  readonly scopes?: readonly TokenScope[] | null
  readonly expiresAt?: Date | null
}

export interface IssuedMachineUser extends IssuedToken {
  readonly userId: string
}

/**
 * Gives a person access to the workspace at once. A person whom the organization already knows by that address keeps their
 * user. Inviting a member again with the same role changes nothing (`isNew` is false). Throws ForbiddenError,
 * InvalidInputError, and NotFoundError.
 */
export function inviteMember(
  database: Database,
  actor: Actor,
  workspaceId: string,
  { email, role }: Invitation,
): Promise<{ userId: string; isNew: boolean }> {
  return inTurn(database, actor, workspaceId, async (tx, workspace) => {
    const address = emailAddress(email)
    const { organizationId } = workspace
    const known = await tx.user.findUnique({ where: { organizationId_email: { organizationId, email: address } } })
    const held = known === null ? null : await roleOf(tx, workspace, known)
    if (held !== null && held !== role) {
      const message = `${address} is already a member with the role ${held}. Change it with setMemberRole.`
      throw new InvalidInputError([{ path: ['email'], message }])
    }
    return { userId: await admit(tx, actor, workspace, { email, role }), isNew: held === null }
  })
}

/** Creates a machine user with a token. Throws ForbiddenError, InvalidInputError, and NotFoundError. */
export function createMachineUser(
  database: Database,
  actor: Actor,
  workspaceId: string,
  { role, scopes, expiresAt, ...given }: NewMachineUser,
): Promise<IssuedMachineUser> {
  const rights = actor === null ? { scopes, expiresAt } : rightsWithin(actor, { scopes, expiresAt })
  return inTurn(database, actor, workspaceId, async (tx, workspace) => {
    const name = given.name.trim()
    if (name === '') throw new InvalidInputError([{ path: ['name'], message: 'A machine user needs a name.' }])
    const { organizationId } = workspace
    const user = await tx.user.create({ data: { id: newId(), organizationId, name, isMachine: true } })
    await assignRole(tx, actor, workspace, user, role)
    const issued = await issueApiToken(tx, { userId: user.id, workspaceId, name, ...rights })
    return { userId: user.id, ...issued }
  })
}

/**
 * Changes the role of a member. Returns false if the member already had it. Throws ForbiddenError, also if a workspace admin
 * would make or unmake a company admin; InvalidInputError, NotFoundError, and LastAdminError.
 */
export function setMemberRole(
  database: Database,
  actor: Actor,
  workspaceId: string,
  { userId, role }: { readonly userId: string; readonly role: ViewerRole },
): Promise<boolean> {
  return inTurn(database, actor, workspaceId, async (tx, workspace) =>
    assignRole(tx, actor, workspace, await findMember(tx, workspace, userId), role),
  )
}

/**
 * Ends a member's access to the workspace and revokes their tokens there. Throws ForbiddenError, NotFoundError,
 * LastAdminError, and InvalidInputError for a company admin, whose access does not depend on a workspace.
 */
export function removeMember(database: Database, actor: Actor, workspaceId: string, userId: string): Promise<void> {
  return inTurn(database, actor, workspaceId, async (tx, workspace) => {
    const user = await findMember(tx, workspace, userId)
    const held = await roleOf(tx, workspace, user)
    if (held === 'COMPANY_ADMIN') {
      const message = 'A company admin has access to every workspace. Give them another role with setMemberRole first.'
      throw new InvalidInputError([{ path: ['id'], message }])
    }
    await tx.membership.delete({ where: { workspaceId_userId: { workspaceId, userId } } })
    if (held === 'WORKSPACE_ADMIN' && !user.isMachine) await requireAdmins(tx, workspace, [workspaceId])
    await revokeTokens(tx, { userId, workspaceId })
  })
}

/** Who has access to a workspace: its members, and the company admins of its organization. */
export function membersOf({ id: workspaceId, organizationId }: Pick<Workspace, 'id' | 'organizationId'>) {
  return {
    organizationId,
    OR: [{ isCompanyAdmin: true }, { memberships: { some: { workspaceId } } }],
  } satisfies Prisma.UserWhereInput
}

/**
 * Finds or creates the person and assigns the role, within the caller's transaction. Returns the id of the user. Throws
 * like {@link setMemberRole}.
 */
export async function admit(
  tx: Transaction,
  actor: Actor,
  workspace: Pick<Workspace, 'id' | 'organizationId'>,
  { email, role }: Invitation,
): Promise<string> {
  const { organizationId } = workspace
  const address = emailAddress(email)
  const user = await tx.user.upsert({
    where: { organizationId_email: { organizationId, email: address } },
    create: { id: newId(), organizationId, email: address },
    update: {},
  })
  await assignRole(tx, actor, workspace, user, role)
  return user.id
}

/**
 * Changes of roles in an organization take turns, since each has to know who else is an admin. The actor's own role is read
 * again in that turn: it may have ended in the meantime.
 */
export async function inTurn<T>(
  { prisma }: Database,
  actor: Actor,
  workspaceId: string,
  work: (tx: Transaction, workspace: Workspace) => Promise<T>,
): Promise<T> {
  if (actor !== null) requireAdmin(actor)
  const workspace = await prisma.workspace.findUnique({ where: { id: workspaceId } })
  if (workspace === null) throw new NotFoundError(`There is no workspace ${workspaceId}.`)
  return prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM organization WHERE id = ${workspace.organizationId}::uuid FOR NO KEY UPDATE`
    if (actor !== null) {
      const user = await tx.user.findUnique({ where: { id: actor.userId } })
      const role = user && (await roleOf(tx, workspace, user))
      if (role !== actor.role) throw new ForbiddenError('Your role has changed in the meantime. Try again.')
    }
    return work(tx, workspace)
  })
}

async function assignRole(
  tx: Transaction,
  actor: Actor,
  workspace: Pick<Workspace, 'id' | 'organizationId'>,
  user: User,
  role: ViewerRole,
): Promise<boolean> {
  const before = await roleOf(tx, workspace, user)
  if (before === role) return false
  const isCompanyAdmin = role === 'COMPANY_ADMIN'
  if (isCompanyAdmin && user.isMachine) {
    throw new InvalidInputError([{ path: ['role'], message: 'A machine user cannot be a company admin.' }])
  }
  if ((isCompanyAdmin || user.isCompanyAdmin) && actor !== null && actor.role !== 'COMPANY_ADMIN') {
    throw new ForbiddenError('Only company admins can make somebody a company admin, or change the role of one.')
  }
  const userId = user.id
  const held = { role: isCompanyAdmin ? ('WORKSPACE_ADMIN' as const) : role }
  await tx.user.update({ where: { id: userId }, data: { isCompanyAdmin } })
  await tx.membership.upsert({
    where: { workspaceId_userId: { workspaceId: workspace.id, userId } },
    create: { workspaceId: workspace.id, userId, ...held },
    update: held,
  })
  if (before === null || before === 'MEMBER' || user.isMachine) return true
  await requireAdmins(tx, workspace, before === 'COMPANY_ADMIN' ? 'all' : [workspace.id])
  // Somebody who is no longer a company admin loses the workspaces that they are not a member of.
  const reachable = workspacesOf({ ...user, isCompanyAdmin })
  await revokeTokens(tx, { userId, workspace: { NOT: reachable } })
  return true
}

/** Throws LastAdminError if one of the workspaces, or of all in the organization, has no person as an admin. */
async function requireAdmins(
  tx: Transaction,
  { organizationId }: Pick<Workspace, 'organizationId'>,
  workspaceIds: readonly string[] | 'all',
): Promise<void> {
  if ((await tx.user.count({ where: { organizationId, isCompanyAdmin: true } })) > 0) return
  const among = workspaceIds === 'all' ? {} : { id: { in: [...workspaceIds] } }
  const without = await tx.workspace.findFirst({
    where: {
      organizationId,
      deletionStartedAt: null,
      ...among,
      memberships: { none: { role: 'WORKSPACE_ADMIN', user: { isMachine: false } } },
    },
    orderBy: { id: 'asc' },
  })
  if (without !== null) throw new LastAdminError(without.name)
}

async function findMember(tx: Transaction, workspace: Workspace, userId: string): Promise<User> {
  const user = await tx.user.findFirst({ where: { id: userId, ...membersOf(workspace) } })
  if (user === null) throw new NotFoundError('The workspace has no such member.')
  return user
}

/** Null if the user has no access to the workspace. */
async function roleOf(
  tx: Transaction,
  { id: workspaceId, organizationId }: Pick<Workspace, 'id' | 'organizationId'>,
  user: User,
): Promise<ViewerRole | null> {
  if (user.isCompanyAdmin && user.organizationId === organizationId) return 'COMPANY_ADMIN'
  const membership = await tx.membership.findUnique({
    where: { workspaceId_userId: { workspaceId, userId: user.id } },
  })
  return membership?.role ?? null
}

function emailAddress(text: string): string {
  const address = text.trim().toLowerCase()
  if (/^[^\s@]+@[^\s@]+$/.test(address)) return address
  throw new InvalidInputError([{ path: ['email'], message: `"${text}" is not an email address.` }])
}
