import type { Plan, TokenScope } from '../generated/prisma/enums.ts'
import { ForbiddenError, PlanRequiredError } from '../user-errors.ts'
import type { Viewer } from './viewer.ts'

/** The lowest plan that includes the sync (B21). */
const syncPlan = 'GROWTH'
const plansInRisingOrder: readonly Plan[] = ['STARTER', 'GROWTH', 'SCALE', 'PREMIER']

export const plansWithSync: readonly Plan[] = plansInRisingOrder.slice(plansInRisingOrder.indexOf(syncPlan))

/**
 * Who has access: any `member` of the workspace; an `admin` (B19); a `syncAdmin`, who is an admin of a workspace whose
 * plan includes the sync (B21).
 */
export type AccessRule = 'member' | 'admin' | 'syncAdmin'

/**
 * Throws ForbiddenError or PlanRequiredError unless the viewer has access according to the rule. A token also needs a
 * scope: `memberScope` for what every member may do, and ADMIN for everything else.
 */
export function requireAccess(rule: AccessRule, viewer: Viewer, memberScope: 'READ' | 'WRITE'): void {
  if (rule === 'member') requireScope(viewer, memberScope)
  if (rule === 'admin') requireAdmin(viewer)
  if (rule === 'syncAdmin') requireSyncAdmin(viewer)
}

/** True if the viewer has the rights of an admin: by role, and by the scopes of the token (B19, B20). */
export function isAdmin(viewer: Viewer): boolean {
  return viewer.role !== 'MEMBER' && hasScope(viewer, 'ADMIN')
}

/** Throws ForbiddenError unless the viewer has the rights of a workspace admin or a company admin (B19, B20). */
export function requireAdmin(viewer: Viewer): void {
  if (viewer.role === 'MEMBER') {
    throw new ForbiddenError('Only workspace admins and company admins can do this. Ask one of them.')
  }
  requireScope(viewer, 'ADMIN')
}

/** Throws ForbiddenError if the viewer's token lacks the scope. */
export function requireScope(viewer: Viewer, scope: TokenScope): void {
  if (hasScope(viewer, scope)) return
  const message = `The API token lacks the scope ${scope}. Use a token that has it.`
  throw new ForbiddenError(message, { missingScope: scope })
}

function hasScope({ scopes }: Viewer, scope: TokenScope): boolean {
  return scopes === undefined || scopes.includes(scope)
}

/**
 * For everything that sets up, starts, or stops the sync: throws ForbiddenError (B19), then PlanRequiredError (B21).
 */
export function requireSyncAdmin(viewer: Viewer): void {
  requireAdmin(viewer)
  if (!plansWithSync.includes(viewer.plan)) throw new PlanRequiredError(syncPlan)
}
