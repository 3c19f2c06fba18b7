import type { Plan } from '../generated/prisma/enums.ts'
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

/** Throws ForbiddenError or PlanRequiredError unless the viewer has access according to the rule. */
export function requireAccess(rule: AccessRule, viewer: Viewer): void {
  if (rule === 'admin') requireAdmin(viewer)
  if (rule === 'syncAdmin') requireSyncAdmin(viewer)
}

export function isAdmin(viewer: Viewer): boolean {
  return viewer.role !== 'MEMBER'
}

/** Throws ForbiddenError unless the viewer is a workspace admin or a company admin (B19, B20). */
export function requireAdmin(viewer: Viewer): void {
  if (isAdmin(viewer)) return
  throw new ForbiddenError('Only workspace admins and company admins can do this. Ask one of them.')
}

/**
 * For everything that sets up, starts, or stops the sync: throws ForbiddenError (B19), then PlanRequiredError (B21).
 */
export function requireSyncAdmin(viewer: Viewer): void {
  requireAdmin(viewer)
  if (!plansWithSync.includes(viewer.plan)) throw new PlanRequiredError(syncPlan)
}
