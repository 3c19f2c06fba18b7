import { accountStore } from '../../accounts/account-store.ts'
import { contactStore } from '../../contacts/contact-store.ts'
import { bigints, uuids } from '../../database/array-parameter.ts'
import type { Queryable } from '../../database/database.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import { changeTime } from '../../records/change-time.ts'
import type { RecordStore } from '../../records/record-store.ts'

/** Names in SQL. They never come from outside. */
export const tables = {
  CONTACT: { record: 'contact', recordId: 'contact_id', handle: 'contact_handle', link: 'contact_link' },
  ACCOUNT: { record: 'account', recordId: 'account_id', handle: 'account_domain', link: 'account_link' },
} as const

export function storeOf(objectType: ObjectType): RecordStore {
  return objectType === 'CONTACT' ? contactStore : accountStore
}

export interface Relinked {
  /** Ids of our records that changed. */
  readonly changedIds: readonly string[]
  /** Ids of the HubSpot records that lost theirs. */
  readonly freedIds: readonly bigint[]
}

/**
 * Reserves each HubSpot id for our record with the given id, and ends all other links of both. The run that reads the
 * HubSpot record creates the link with its values (rule 1), so that a link never exists without them: a record that is
 * skipped would leave a contact that looks synced and cannot be edited. The caller holds the store's lock.
 */
export async function relink(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
  pairs: ReadonlyMap<bigint, string>,
): Promise<Relinked> {
  const { record, recordId, handle, link } = tables[objectType]
  const wanted = 'unnest($2::bigint[], $3::uuid[]) AS wanted (hubspot_id, record_id)'
  const values = [workspaceId, bigints([...pairs.keys()], (id) => id), uuids([...pairs.values()], (id) => id)]
  const unlinked = await client.query<{ id: string }>(
    `DELETE FROM ${link} AS link USING ${wanted}
     WHERE link.workspace_id = $1 AND link.hubspot_id = wanted.hubspot_id AND link.${recordId} <> wanted.record_id
     RETURNING link.${recordId} AS id`,
    values,
  )
  const freed = await client.query<{ hubspot_id: bigint; state: string }>(
    `DELETE FROM ${link} AS link USING ${wanted}
     WHERE link.workspace_id = $1 AND link.${recordId} = wanted.record_id AND link.hubspot_id <> wanted.hubspot_id
     RETURNING link.hubspot_id, link.state`,
    values,
  )
  const external = [...pairs.keys()].map(String)
  const cleared = await client.query<{ id: string }>(
    `UPDATE ${record} AS record SET external_id = NULL, updated_at = ${changeTime}
     WHERE workspace_id = $1 AND id IN (
         SELECT id FROM ${record} WHERE workspace_id = $1 AND external_id = ANY ($4::text[])
         UNION SELECT unnest($5::uuid[]))
       AND NOT EXISTS (
         SELECT FROM ${wanted} WHERE wanted.record_id = record.id AND wanted.hubspot_id::text = record.external_id)
     RETURNING id`,
    [...values, external, unlinked.rows.map((row) => row.id)],
  )
  const targets = new Set(pairs.values())
  const formerIds = cleared.rows.map((row) => row.id).filter((id) => !targets.has(id))
  await client.query(
    `DELETE FROM ${handle} WHERE workspace_id = $1 AND ${recordId} = ANY ($2::uuid[]) AND from_hubspot`,
    [workspaceId, formerIds],
  )
  await client.query(
    `UPDATE ${record} AS record SET external_id = wanted.hubspot_id::text, updated_at = ${changeTime} FROM ${wanted}
     WHERE record.workspace_id = $1 AND record.id = wanted.record_id`,
    values,
  )
  // The run looks at a record that was linked like this before, even if it did not change.
  await client.query(
    `UPDATE ${link} AS link SET row_hash = NULL FROM ${wanted}
     WHERE link.workspace_id = $1 AND link.hubspot_id = wanted.hubspot_id`,
    values,
  )
  return {
    changedIds: [...targets, ...formerIds],
    freedIds: freed.rows
      .filter(({ hubspot_id: id, state }) => state === 'ACTIVE' && !pairs.has(id))
      .map((row) => row.hubspot_id),
  }
}
