import type { Plan } from '../generated/prisma/enums.ts'
import { ForbiddenError, PlanRequiredError } from '../user-errors.ts'
import type { Viewer } from './viewer.ts'

/** The plan from which on the sync is included (B21). */
const syncPlan = 'GROWTH'
const plansInRisingOrder: readonly Plan[] = ['STARTER', 'GROWTH', 'SCALE', 'PREMIER']

export const plansWithSync: readonly Plan[] = plansInRisingOrder.slice(plansInRisingOrder.indexOf(syncPlan))

/** What the schema's fields can ask of a viewer; the sync's rules ask through the functions below. */
export interface Scopes {
  readonly member: boolean
  readonly admin: boolean
}

/** Nobody holds a scope without being a viewer: where there is none, everything is denied. */
export function scopesOf(viewer: Viewer | null): Scopes {
  return { member: viewer !== null, admin: viewer !== null && isAdmin(viewer) }
}

export function isAdmin(viewer: Viewer): boolean {
  return viewer.role !== 'MEMBER'
}

/** Throws ForbiddenError unless the viewer is a workspace admin or a company admin (B19, B20). */
export function requireAdmin(viewer: Viewer): void {
  if (isAdmin(viewer)) return
  throw new ForbiddenError('Only a workspace admin or a company admin may do this. Ask one of them.')
}

/** For whatever sets up, starts or stops the sync: ForbiddenError (B19), then PlanRequiredError (B21). */
export function requireSyncAdmin(viewer: Viewer): void {
  requireAdmin(viewer)
  if (!plansWithSync.includes(viewer.plan)) throw new PlanRequiredError(syncPlan)
}
