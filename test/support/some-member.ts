import type { Viewer } from '../../src/auth/viewer.ts'

/** A member of a workspace of which the database need not know: nothing but its id is asked for. */
export function someMember(): Viewer {
  return {
    workspaceId: crypto.randomUUID(),
    organizationId: crypto.randomUUID(),
    userId: crypto.randomUUID(),
    plan: 'GROWTH',
    role: 'MEMBER',
  }
}
