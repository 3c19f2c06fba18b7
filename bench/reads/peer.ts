import { createHash } from 'node:crypto'
import pg from 'pg'
import type { ContactShape } from './answers.ts'

/** The parts that the peers share: the pool, authentication, and SQL that is the same for every server. */

export const databaseUrl = process.env.DATABASE_URL as string

/** As many connections as the API has. */
export const poolSize = 10

export function openPool(): pg.Pool {
  return new pg.Pool({ connectionString: databaseUrl, max: poolSize })
}

export interface Session {
  readonly userId: string
  readonly workspaceId: string
}

/** Looks up the hash of the token, as the API does. */
export async function authenticate(pool: pg.Pool, authorization: string | undefined): Promise<Session> {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? ''
  const { rows } = await pool.query<{ user_id: string; workspace_id: string }>({
    name: 'authenticate',
    text: `SELECT app_user.id AS user_id, workspace.id AS workspace_id FROM api_token
      JOIN app_user ON app_user.id = api_token.user_id
      JOIN workspace ON workspace.id = api_token.workspace_id AND workspace.organization_id = app_user.organization_id
      LEFT JOIN membership ON membership.workspace_id = workspace.id AND membership.user_id = app_user.id
      WHERE token_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
        AND (app_user.is_company_admin OR membership.role IS NOT NULL) LIMIT 2`,
    values: [createHash('sha256').update(token).digest()],
  })
  const [row, another] = rows
  if (row === undefined || another !== undefined) throw new Error('not authenticated')
  return { userId: row.user_id, workspaceId: row.workspace_id }
}

/** Contacts by name or handle: $1 workspace, $2 user, $3 text in lower case, $4 limit. */
export const suggestedIds = `
  SELECT contact.id FROM contact
  WHERE workspace_id = $1::uuid AND (private_owner_id IS NULL OR private_owner_id = $2::uuid)
    AND lower(name) LIKE '%' || $3 || '%'
  UNION
  SELECT contact_id FROM contact_handle
  WHERE workspace_id = $1::uuid AND NOT is_private AND lower(value) LIKE '%' || $3 || '%'
  LIMIT $4::int`

export function hubspotUrl(portal: { ui_domain: string; portal_id: string }, recordId: string): string {
  return `https://${portal.ui_domain}/contacts/${portal.portal_id}/record/0-1/${recordId}`
}

/** The contact in the shape of the product's schema, without the fields that are loaded separately. */
export function shapeOf(row: ContactRow): Omit<ContactShape, 'handles' | 'account' | 'customFields' | 'hubspot'> {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    description: row.description,
    avatarUrl: row.avatar_url,
    isPrivate: row.private_owner_id !== null,
    links: row.links,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

export interface ContactRow {
  readonly id: string
  readonly external_id: string | null
  readonly account_id: string | null
  readonly name: string
  readonly description: string
  readonly avatar_url: string | null
  readonly private_owner_id: string | null
  readonly links: readonly string[]
  readonly custom_fields: Readonly<Record<string, unknown>>
  readonly created_at: Date
  readonly updated_at: Date
}

/** Reports the port to the parent process. */
export function tellPort(port: number): void {
  console.log(`listening on ${port}`)
}
