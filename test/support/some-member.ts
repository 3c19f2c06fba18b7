import type { Viewer } from '../../src/auth/viewer.ts'

/** A member of a workspace that need not be in the database: only its id is used. */
export function someMember(): Viewer {
  return {
    workspaceId: crypto.randomUUID(),
    organizationId: crypto.randomUUID(),
    userId: crypto.randomUUID(),
    plan: 'GROWTH',
    role: 'MEMBER',
  }
}
