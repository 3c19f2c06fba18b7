import type { Queryable } from '../../database/database.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { type ContactDraft, draftContact } from '../mapping/contact-draft.ts'
import type { FieldPlan } from '../mapping/field-plan.ts'
import { rowHash } from '../mapping/row-hash.ts'

/** One HubSpot contact of a page: settled if the store already holds what it says (B52), else with its draft. */
export type PageEntry =
  | { readonly kind: 'unreadable'; readonly hubspotId: bigint; readonly reason: string }
  | { readonly kind: 'settled'; readonly hubspotId: bigint }
  | { readonly kind: 'draft'; readonly hubspotId: bigint; readonly draft: ContactDraft }

/**
 * Sorts out the records that need no write, by id and hash alone, in one statement that writes nothing. Records with an
 * open error are looked at again although nothing changed: what stood in their way may be gone (B54).
 */
export async function preparePage(
  queryable: Queryable,
  workspaceId: string,
  records: readonly HubSpotRecord[],
  plan: FieldPlan,
): Promise<PageEntry[]> {
  const hashes = records.map((record) => rowHash(record, plan))
  const settled = await findSettled(queryable, workspaceId, records, hashes)
  return records.map((record, index) => {
    if (settled.has(record.id)) return { kind: 'settled', hubspotId: record.id }
    return toEntry(record, plan, hashes[index])
  })
}

/** All of the records to be worked through, settled or not. */
export function draftPage(records: readonly HubSpotRecord[], plan: FieldPlan): PageEntry[] {
  return records.map((record) => toEntry(record, plan))
}

function toEntry(record: HubSpotRecord, plan: FieldPlan, hash = rowHash(record, plan)): PageEntry {
  const { id: hubspotId, unreadable } = record
  if (unreadable !== undefined) return { kind: 'unreadable', hubspotId, reason: unreadable }
  return { kind: 'draft', hubspotId, draft: draftContact(record, plan, hash) }
}

async function findSettled(
  queryable: Queryable,
  workspaceId: string,
  records: readonly HubSpotRecord[],
  hashes: readonly bigint[],
): Promise<Set<bigint>> {
  const { rows } = await queryable.query<{ hubspot_id: bigint }>({
    text: `
      SELECT asked.hubspot_id
      FROM unnest($2::bigint[], $3::bigint[]) AS asked (hubspot_id, row_hash)
      CROSS JOIN LATERAL (
        SELECT row_hash FROM contact_link
        WHERE workspace_id = $1 AND hubspot_id = asked.hubspot_id AND state = 'ACTIVE' AND NOT is_held LIMIT 1
      ) AS link
      WHERE link.row_hash = asked.row_hash AND NOT EXISTS (
        SELECT FROM sync_error WHERE workspace_id = $1 AND object_type = 'CONTACT' AND status = 'OPEN'
          AND hubspot_id = asked.hubspot_id OFFSET 0)`,
    values: [workspaceId, records.map((record) => record.id), hashes],
  })
  return new Set(rows.map((row) => row.hubspot_id))
}
