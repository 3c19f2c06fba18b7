import type { Queryable } from '../database/database.ts'
import type { Plan, Role, TokenScope } from '../generated/prisma/enums.ts'
import type { Viewer } from './viewer.ts'

interface Row {
  readonly organizationId: string
  readonly isCompanyAdmin: boolean
  readonly plan: Plan
  readonly role: Role | null
  readonly token: { readonly id: string; readonly name: string; readonly expiresAt: Date | null } | null
  readonly scopes: readonly TokenScope[] | null
}

/**
 * The current rights of a user in a workspace, for work that continues after the request that began it. Null if the user has
 * no access any more, or if the API token of that request was revoked or has expired.
 */
export async function findViewer(
  { pool }: { readonly pool: Queryable },
  who: { readonly workspaceId: string; readonly userId: string; readonly tokenId: string | null },
  now = new Date(),
): Promise<Viewer | null> {
  const { workspaceId, userId, tokenId } = who
  const { rows } = await pool.query<Row>(
    `SELECT workspace.organization_id AS "organizationId", app_user.is_company_admin AS "isCompanyAdmin", workspace.plan,
       membership.role, token.scopes::text[] AS scopes,
       CASE WHEN token.id IS NULL THEN NULL
         ELSE json_build_object('id', token.id, 'name', token.name, 'expiresAt', NULL) END AS token
     FROM app_user
     JOIN workspace ON workspace.organization_id = app_user.organization_id
     LEFT JOIN membership ON membership.workspace_id = workspace.id AND membership.user_id = app_user.id
     LEFT JOIN api_token token ON token.id = $3 AND token.user_id = app_user.id AND token.workspace_id = workspace.id
       AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > $4)
     WHERE app_user.id = $1 AND workspace.id = $2 AND workspace.deletion_started_at IS NULL
       AND (app_user.is_company_admin OR membership.role IS NOT NULL) AND ($3::uuid IS NULL OR token.id IS NOT NULL)`,
    [userId, workspaceId, tokenId, now],
  )
  const [row] = rows
  if (row === undefined) return null
  const { organizationId, isCompanyAdmin, plan, role, token, scopes } = row
  return {
    userId,
    organizationId,
    workspaceId,
    plan,
    role: isCompanyAdmin ? 'COMPANY_ADMIN' : (role ?? 'MEMBER'),
    ...(token !== null && scopes !== null && { token, scopes }),
  }
}
