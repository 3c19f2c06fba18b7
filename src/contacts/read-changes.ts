import type { Queryable } from '../database/database.ts'
import type { ChangePosition } from './change-position.ts'

/**
 * What happened to a contact since a position. LINKED: it follows HubSpot now and did not before, or followed another
 * HubSpot contact. UNLINKED: it stopped following HubSpot (B57–B59).
 */
export type ChangeKind = 'CREATED' | 'UPDATED' | 'LINKED' | 'UNLINKED' | 'DELETED'

/** The last change of one contact, with what decides who may see it. */
export interface ChangedContact {
  readonly kind: ChangeKind
  readonly id: string
  readonly workspaceId: string
  readonly externalId: string | null
  readonly accountId: string | null
  readonly privateOwnerId: string | null
  readonly position: ChangePosition
}

const microseconds = (moment: string) => `(extract(epoch FROM ${moment}) * 1000000)::bigint`
const momentOf = (parameter: string) => `timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond'`
const isSince = (moment: string) => `(${moment}, contact.id) > (${momentOf('$2')}, $3)`

/**
 * The contacts of a workspace that changed after a position, each once with its last change, in the order of those
 * changes, at most `limit`. With `contactId`, only that contact.
 */
export async function readChanges(
  queryable: Queryable,
  workspaceId: string,
  after: ChangePosition,
  { limit, contactId = null }: { readonly limit: number; readonly contactId?: string | null },
): Promise<ChangedContact[]> {
  const [present, gone] = contactId === null ? ['', ''] : ['AND contact.id = $5', 'AND contact_id = $5']
  const { rows } = await queryable.query<Row>({
    text: `
      (SELECT contact.id, contact.external_id, contact.account_id, contact.private_owner_id,
         ${microseconds('contact.updated_at')} AS at,
         CASE
           WHEN ${isSince('contact.created_at')} THEN 'CREATED'
           WHEN ${isSince('link.state_changed_at')} THEN CASE link.state WHEN 'ACTIVE' THEN 'LINKED' ELSE 'UNLINKED' END
           ELSE 'UPDATED'
         END AS kind
       FROM (SELECT * FROM contact
             WHERE workspace_id = $1 AND (updated_at, id) > (${momentOf('$2')}, $3) ${present}
             ORDER BY workspace_id, updated_at, id LIMIT $4) AS contact
       LEFT JOIN contact_link link ON link.contact_id = contact.id)
      UNION ALL
      (SELECT contact_id, external_id, account_id, private_owner_id, ${microseconds('deleted_at')}, 'DELETED'
       FROM contact_deletion
       WHERE workspace_id = $1 AND (deleted_at, contact_id) > (${momentOf('$2')}, $3) ${gone}
       ORDER BY workspace_id, deleted_at, contact_id LIMIT $4)
      ORDER BY at, id LIMIT $4`,
    values: [workspaceId, after.at, after.id, limit, ...(contactId === null ? [] : [contactId])],
  })
  return rows.map((row) => ({
    kind: row.kind,
    id: row.id,
    workspaceId,
    externalId: row.external_id,
    accountId: row.account_id,
    privateOwnerId: row.private_owner_id,
    position: { at: row.at, id: row.id },
  }))
}

interface Row {
  id: string
  external_id: string | null
  account_id: string | null
  private_owner_id: string | null
  at: bigint
  kind: ChangeKind
}

/** The position of the workspace's last change so far. Later commits come after it. */
export async function presentPosition(queryable: Queryable, workspaceId: string): Promise<ChangePosition> {
  const { rows } = await queryable.query<ChangePosition>({
    text: `
      (SELECT ${microseconds('updated_at')} AS at, id FROM contact
       WHERE workspace_id = $1 ORDER BY workspace_id DESC, updated_at DESC, id DESC LIMIT 1)
      UNION ALL
      (SELECT ${microseconds('deleted_at')}, contact_id FROM contact_deletion
       WHERE workspace_id = $1 ORDER BY workspace_id DESC, deleted_at DESC, contact_id DESC LIMIT 1)
      ORDER BY at DESC, id DESC LIMIT 1`,
    values: [workspaceId],
  })
  return rows[0] ?? { at: 0n, id: '00000000-0000-0000-0000-000000000000' }
}
