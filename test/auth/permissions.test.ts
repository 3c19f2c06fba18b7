import { expect, test } from 'vitest'
import { requireAdmin, requireSyncAdmin } from '../../src/auth/permissions.ts'
import type { Viewer, ViewerRole } from '../../src/auth/viewer.ts'
import type { Plan } from '../../src/generated/prisma/enums.ts'

const viewer = (role: ViewerRole, plan: Plan): Viewer => ({
  userId: 'user',
  organizationId: 'organization',
  workspaceId: 'workspace',
  role,
  plan,
})

function outcome(act: () => void): string {
  try {
    act()
    return 'allowed'
  } catch (error) {
    return (error as { code: string }).code
  }
}

test.for<[ViewerRole, Plan, expected: string]>([
  ['MEMBER', 'GROWTH', 'FORBIDDEN'],
  ['MEMBER', 'STARTER', 'FORBIDDEN'],
  ['WORKSPACE_ADMIN', 'STARTER', 'PLAN_REQUIRED'],
  ['COMPANY_ADMIN', 'STARTER', 'PLAN_REQUIRED'],
  ['WORKSPACE_ADMIN', 'GROWTH', 'allowed'],
  ['WORKSPACE_ADMIN', 'SCALE', 'allowed'],
  ['WORKSPACE_ADMIN', 'PREMIER', 'allowed'],
  ['COMPANY_ADMIN', 'GROWTH', 'allowed'],
])('B19, B21: a %s on the %s plan who controls the sync: %s', ([role, plan, expected]) => {
  expect(outcome(() => requireSyncAdmin(viewer(role, plan)))).toBe(expected)
})

test('B19: anything outside the sync requires an admin on any plan', () => {
  expect(outcome(() => requireAdmin(viewer('MEMBER', 'PREMIER')))).toBe('FORBIDDEN')
  expect(outcome(() => requireAdmin(viewer('WORKSPACE_ADMIN', 'STARTER')))).toBe('allowed')
})
