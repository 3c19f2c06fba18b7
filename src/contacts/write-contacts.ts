import type { Queryable } from '../database/database.ts'
import type { HeldHandle, JsonValue } from './stored-contact.ts'

/** The sync's own columns of a contact, as they shall be. */
export interface ContactRow {
  readonly id: string
  readonly externalId: string
  readonly name: string
  readonly description: string
  readonly links: readonly string[]
  readonly customFields: Readonly<Record<string, JsonValue>>
}

export interface HandleRow extends HeldHandle {
  readonly contactId: string
}

export interface LinkRow {
  readonly hubspotId: bigint
  readonly contactId: string
  readonly rowHash: bigint | null
}

/** What a page of HubSpot contacts changes in the store. */
export interface ContactChanges {
  readonly created: readonly ContactRow[]
  readonly updated: readonly ContactRow[]
  readonly removedHandles: readonly HandleRow[]
  readonly addedHandles: readonly HandleRow[]
  /** Contacts whose present link gives way to another one. */
  readonly unlinkedContactIds: readonly string[]
  readonly linked: readonly LinkRow[]
}

/**
 * Writes the changes with one statement per kind, whatever the number of rows. The caller holds the contact lock, so a
 * unique violation here means that somebody wrote past it; it is thrown, and the caller's transaction rolls back.
 */
export async function writeContacts(
  client: Queryable,
  workspaceId: string,
  changes: ContactChanges,
  at: Date,
): Promise<void> {
  // Deletions and updates first: what they free may be taken by an insert of the same page.
  await removeHandles(client, workspaceId, changes.removedHandles)
  await updateContacts(client, workspaceId, changes.updated, at)
  await insertContacts(client, workspaceId, changes.created, at)
  await insertHandles(client, workspaceId, changes.addedHandles)
  await deleteLinks(client, workspaceId, changes.unlinkedContactIds)
  await upsertLinks(client, workspaceId, changes.linked, at)
}

const columns = (rows: readonly ContactRow[]) => [
  rows.map((row) => row.id),
  rows.map((row) => row.externalId),
  rows.map((row) => row.name),
  rows.map((row) => row.description),
  rows.map((row) => JSON.stringify(row.links)),
  rows.map((row) => JSON.stringify(row.customFields)),
]
const contactRows = `unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[])
  AS row (id, external_id, name, description, links, custom_fields)`
// One row in a thousand has links; the empty array is the fast way for all others.
const linksOf = `CASE WHEN row.links = '[]' THEN '{}' ELSE ARRAY (SELECT jsonb_array_elements_text(row.links)) END`

async function insertContacts(client: Queryable, workspaceId: string, rows: readonly ContactRow[], at: Date) {
  if (rows.length === 0) return
  await client.query({
    text: `
      INSERT INTO contact
        (workspace_id, created_at, updated_at, id, external_id, name, description, links, custom_fields)
      SELECT $1, $2, $2, row.id, row.external_id, row.name, row.description, ${linksOf}, row.custom_fields
      FROM ${contactRows}`,
    values: [workspaceId, at, ...columns(rows)],
  })
}

async function updateContacts(client: Queryable, workspaceId: string, rows: readonly ContactRow[], at: Date) {
  if (rows.length === 0) return
  await client.query({
    text: `
      UPDATE contact SET updated_at = $2, external_id = row.external_id, name = row.name,
        description = row.description, links = ${linksOf}, custom_fields = row.custom_fields
      FROM ${contactRows}
      WHERE contact.id = row.id AND contact.workspace_id = $1`,
    values: [workspaceId, at, ...columns(rows)],
  })
}

async function removeHandles(client: Queryable, workspaceId: string, rows: readonly HandleRow[]) {
  if (rows.length === 0) return
  await client.query({
    text: `
      DELETE FROM contact_handle USING unnest($2::uuid[], $3::handle_source[], $4::text[]) AS row (id, source, value)
      WHERE contact_handle.workspace_id = $1 AND contact_handle.contact_id = row.id
        AND contact_handle.source = row.source AND contact_handle.value = row.value`,
    values: [
      workspaceId,
      rows.map((row) => row.contactId),
      rows.map((row) => row.source),
      rows.map((row) => row.value),
    ],
  })
}

async function insertHandles(client: Queryable, workspaceId: string, rows: readonly HandleRow[]) {
  if (rows.length === 0) return
  await client.query({
    text: `
      INSERT INTO contact_handle (workspace_id, contact_id, source, value, from_hubspot)
      SELECT $1, row.* FROM unnest($2::uuid[], $3::handle_source[], $4::text[], $5::boolean[]) AS row`,
    values: [
      workspaceId,
      rows.map((row) => row.contactId),
      rows.map((row) => row.source),
      rows.map((row) => row.value),
      rows.map((row) => row.fromHubspot),
    ],
  })
}

async function deleteLinks(client: Queryable, workspaceId: string, contactIds: readonly string[]) {
  if (contactIds.length === 0) return
  await client.query(
    `DELETE FROM contact_link WHERE (workspace_id, hubspot_id) IN (
       SELECT link.workspace_id, link.hubspot_id FROM unnest($2::uuid[]) AS asked (contact_id)
       CROSS JOIN LATERAL (
         SELECT workspace_id, hubspot_id FROM contact_link
         WHERE contact_id = asked.contact_id AND workspace_id = $1 LIMIT 1
       ) AS link)`,
    [workspaceId, contactIds],
  )
}

async function upsertLinks(client: Queryable, workspaceId: string, rows: readonly LinkRow[], at: Date) {
  if (rows.length === 0) return
  await client.query({
    text: `
      INSERT INTO contact_link (workspace_id, synced_at, hubspot_id, contact_id, row_hash)
      SELECT $1, $2, row.* FROM unnest($3::bigint[], $4::uuid[], $5::bigint[]) AS row
      ON CONFLICT (workspace_id, hubspot_id) DO UPDATE SET contact_id = excluded.contact_id, state = 'ACTIVE',
        row_hash = excluded.row_hash, synced_at = excluded.synced_at, is_held = false`,
    values: [
      workspaceId,
      at,
      rows.map((row) => row.hubspotId),
      rows.map((row) => row.contactId),
      rows.map((row) => row.rowHash),
    ],
  })
}

/**
 * The records of these links were skipped or failed: the time of their last sync stands still (B40). From here on their
 * own time counts and no longer that of the runs; the last run that saw them is settled into it. Links that do not follow
 * HubSpot stand still anyway.
 */
export async function holdLinks(client: Queryable, workspaceId: string, hubspotIds: readonly bigint[]): Promise<void> {
  if (hubspotIds.length === 0) return
  await client.query(
    `UPDATE contact_link SET is_held = true, synced_at = greatest(synced_at, (
       SELECT max(finished_at) FROM sync_run
       WHERE workspace_id = $1 AND object_type = 'CONTACT' AND status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS')))
     WHERE workspace_id = $1 AND hubspot_id = ANY ($2::bigint[]) AND state = 'ACTIVE' AND NOT is_held`,
    [workspaceId, hubspotIds],
  )
}
