import type { Plan, TokenScope } from '../generated/prisma/enums.ts'

/** What a viewer may do in the current workspace (B19, B20). */
export type ViewerRole = 'MEMBER' | 'WORKSPACE_ADMIN' | 'COMPANY_ADMIN'

/** The user of a request and the workspace. Everything that is read or written is limited to `workspaceId`. */
export interface Viewer {
  readonly userId: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly plan: Plan
  readonly role: ViewerRole
  /** The rights of the role that the API token has. Absent with other credentials, which have all of them. */
  readonly scopes?: readonly TokenScope[]
  /** The API token of the request. Absent with other credentials. */
  readonly token?: { readonly id: string; readonly name: string; readonly expiresAt: Date | null }
}
