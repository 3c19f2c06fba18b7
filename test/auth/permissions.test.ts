import { expect, test } from 'vitest'
import { isAdmin, requireAccess, requireAdmin, requireSyncAdmin } from '../../src/auth/permissions.ts'
import type { Viewer, ViewerRole } from '../../src/auth/viewer.ts'
import type { Plan, TokenScope } from '../../src/generated/prisma/enums.ts'

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

test.for<[ViewerRole, scope: TokenScope, allowed: string[]]>([
  ['MEMBER', 'READ', ['read']],
  ['MEMBER', 'WRITE', ['write']],
  ['MEMBER', 'ADMIN', []],
  ['COMPANY_ADMIN', 'READ', ['read']],
  ['COMPANY_ADMIN', 'WRITE', ['write']],
  ['COMPANY_ADMIN', 'ADMIN', ['admin', 'syncAdmin']],
])('B19: a %s whose token has only the scope %s may use %j', ([role, scope, allowed]) => {
  const scoped = { ...viewer(role, 'GROWTH'), scopes: [scope] }
  const acts: Record<string, () => void> = {
    read: () => requireAccess('member', scoped, 'READ'),
    write: () => requireAccess('member', scoped, 'WRITE'),
    admin: () => requireAccess('admin', scoped, 'READ'),
    syncAdmin: () => requireAccess('syncAdmin', scoped, 'WRITE'),
  }

  expect(Object.keys(acts).filter((name) => outcome(acts[name] ?? (() => {})) === 'allowed')).toEqual(allowed)
  expect(isAdmin(scoped)).toBe(allowed.includes('admin'))
})

test('B19: an error names the scope that a token lacks, but a role that is too low comes first', () => {
  const reading = { scopes: ['READ'] as const }

  expect(() => requireAdmin({ ...viewer('COMPANY_ADMIN', 'GROWTH'), ...reading })).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN', missingScope: 'ADMIN' }),
  )
  expect(() => requireAdmin({ ...viewer('MEMBER', 'GROWTH'), ...reading })).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN', missingScope: null }),
  )
})
