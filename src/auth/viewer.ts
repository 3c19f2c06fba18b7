import type { Plan } from '../generated/prisma/enums.ts'

/** What a viewer may do in the workspace at hand (B19, B20). */
export type ViewerRole = 'MEMBER' | 'WORKSPACE_ADMIN' | 'COMPANY_ADMIN'

/** Who asks, and in which workspace. Everything that is read or written is bound to `workspaceId`. */
export interface Viewer {
  readonly userId: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly plan: Plan
  readonly role: ViewerRole
}
