import type { Queryable } from '../database/database.ts'
import type { LinkState } from '../generated/prisma/enums.ts'
import { type ChangePosition, isAfter } from './change-position.ts'

/**
 * What happened to a contact since a position. LINKED: it follows HubSpot now and did not before, or followed another
 * HubSpot contact. UNLINKED: it stopped following HubSpot (B57–B59).
 */
export type ChangeKind = 'CREATED' | 'UPDATED' | 'LINKED' | 'UNLINKED' | 'DELETED'

/** The last change of one contact, with the values that decide who may see it. */
export interface ChangedContact {
  readonly kind: ChangeKind
  readonly id: string
  readonly workspaceId: string
  readonly externalId: string | null
  readonly accountId: string | null
  readonly privateOwnerId: string | null
  readonly position: ChangePosition
  /** The values that `kind` is derived from. */
  readonly history: ChangeHistory
}

/** Microseconds since 1970, and the state that the link has had since then. Null if there is no such time. */
export interface ChangeHistory {
  readonly isDeleted: boolean
  readonly createdAt: bigint | null
  readonly linkState: LinkState | null
  readonly linkStateChangedAt: bigint | null
}

const microseconds = (moment: string) => `(extract(epoch FROM ${moment}) * 1000000)::bigint`
const momentOf = (parameter: string) => `timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond'`

/**
 * Returns the contacts of a workspace that changed after a position: each once, with its last change, in the order of these
 * changes, and at most `limit`.
 */
export async function readChanges(
  queryable: Queryable,
  workspaceId: string,
  after: ChangePosition,
  { limit }: { readonly limit: number },
): Promise<ChangedContact[]> {
  const { rows } = await queryable.query<Row>({
    text: `
      (SELECT contact.id, contact.external_id, contact.account_id, contact.private_owner_id,
         ${microseconds('contact.updated_at')} AS at, false AS is_deleted,
         ${microseconds('contact.created_at')} AS created_at,
         link.state::text AS link_state, ${microseconds('link.state_changed_at')} AS link_state_changed_at
       FROM (SELECT * FROM contact
             WHERE workspace_id = $1 AND (updated_at, id) > (${momentOf('$2')}, $3)
             ORDER BY workspace_id, updated_at, id LIMIT $4) AS contact
       LEFT JOIN contact_link link ON link.contact_id = contact.id)
      UNION ALL
      (SELECT contact_id, external_id, account_id, private_owner_id, ${microseconds('deleted_at')}, true, NULL, NULL, NULL
       FROM contact_deletion
       WHERE workspace_id = $1 AND (deleted_at, contact_id) > (${momentOf('$2')}, $3)
       ORDER BY workspace_id, deleted_at, contact_id LIMIT $4)
      ORDER BY at, id LIMIT $4`,
    values: [workspaceId, after.at, after.id, limit],
  })
  return rows.map((row) => {
    const history: ChangeHistory = {
      isDeleted: row.is_deleted,
      createdAt: row.created_at,
      linkState: row.link_state,
      linkStateChangedAt: row.link_state_changed_at,
    }
    return {
      kind: kindSince(after, row.id, history),
      id: row.id,
      workspaceId,
      externalId: row.external_id,
      accountId: row.account_id,
      privateOwnerId: row.private_owner_id,
      position: { at: row.at, id: row.id },
      history,
    }
  })
}

/** What happened to a contact since a position, if its last change is after it. */
export function kindSince(position: ChangePosition, id: string, history: ChangeHistory): ChangeKind {
  const { isDeleted, createdAt, linkState, linkStateChangedAt } = history
  if (isDeleted) return 'DELETED'
  const isSince = (moment: bigint | null) => moment !== null && isAfter({ at: moment, id }, position)
  if (isSince(createdAt)) return 'CREATED'
  if (isSince(linkStateChangedAt)) return linkState === 'ACTIVE' ? 'LINKED' : 'UNLINKED'
  return 'UPDATED'
}

interface Row {
  id: string
  external_id: string | null
  account_id: string | null
  private_owner_id: string | null
  at: bigint
  is_deleted: boolean
  created_at: bigint | null
  link_state: LinkState | null
  link_state_changed_at: bigint | null
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
