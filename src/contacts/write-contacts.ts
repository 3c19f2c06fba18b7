import { booleans, jsonbs, texts, uuids } from '../database/array-parameter.ts'
import { prepared, type Queryable, together } from '../database/database.ts'
import { changeTime } from '../records/change-time.ts'
import type { HandleRow, RecordChanges, RecordRow } from '../records/record-changes.ts'

/** See {@link RecordStore.write}. */
export async function writeContacts(client: Queryable, workspaceId: string, changes: RecordChanges): Promise<void> {
  // Deletions and updates first: an insert of the same page may need what they release.
  await together([
    removeHandles(client, workspaceId, changes.removedHandles),
    updateContacts(client, workspaceId, changes.updated),
    insertContacts(client, workspaceId, changes.created),
    insertHandles(client, workspaceId, changes.addedHandles),
  ])
}

const columns = (rows: readonly RecordRow[]) => [
  uuids(rows, (row) => row.id),
  texts(rows, (row) => row.externalId),
  texts(rows, (row) => row.name),
  texts(rows, (row) => row.description),
  jsonbs(rows, (row) => JSON.stringify(row.links)),
  jsonbs(rows, (row) => JSON.stringify(row.customFields)),
  uuids(rows, (row) => row.accountId),
  booleans(rows, (row) => row.accountFromHubspot),
]
const contactRows = `unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[],
  $8::uuid[], $9::boolean[])
  AS row (id, external_id, name, description, links, custom_fields, account_id, account_from_hubspot)`
// One row in a thousand has links. The empty array is the fast path for all others.
const linksOf = `CASE WHEN row.links = '[]' THEN '{}' ELSE ARRAY (SELECT jsonb_array_elements_text(row.links)) END`

async function insertContacts(client: Queryable, workspaceId: string, rows: readonly RecordRow[]) {
  if (rows.length === 0) return
  await client.query(
    prepared(
      `
      INSERT INTO contact
        (workspace_id, created_at, updated_at, id, external_id, name, description, links, custom_fields,
         account_id, account_from_hubspot)
      SELECT $1, ${changeTime}, ${changeTime}, row.id, row.external_id, row.name, row.description, ${linksOf}, row.custom_fields,
        row.account_id, row.account_from_hubspot
      FROM ${contactRows}`,
      [workspaceId, ...columns(rows)],
    ),
  )
}

async function updateContacts(client: Queryable, workspaceId: string, rows: readonly RecordRow[]) {
  if (rows.length === 0) return
  await client.query({
    text: `
      UPDATE contact SET updated_at = ${changeTime}, external_id = row.external_id, name = row.name,
        description = row.description, links = ${linksOf}, custom_fields = row.custom_fields,
        account_id = row.account_id, account_from_hubspot = row.account_from_hubspot
      FROM ${contactRows}
      WHERE contact.id = row.id AND contact.workspace_id = $1`,
    values: [workspaceId, ...columns(rows)],
  })
}

const handleColumns = (rows: readonly HandleRow[]) => [
  uuids(rows, (row) => row.recordId),
  texts(rows, (row) => row.source),
  texts(rows, (row) => row.value),
]

async function removeHandles(client: Queryable, workspaceId: string, rows: readonly HandleRow[]) {
  if (rows.length === 0) return
  await client.query({
    text: `
      DELETE FROM contact_handle USING unnest($2::uuid[], $3::text[], $4::text[]) AS row (id, source, value)
      WHERE contact_handle.workspace_id = $1 AND contact_handle.contact_id = row.id
        AND contact_handle.source = row.source::handle_source AND contact_handle.value = row.value`,
    values: [workspaceId, ...handleColumns(rows)],
  })
}

async function insertHandles(client: Queryable, workspaceId: string, rows: readonly HandleRow[]) {
  if (rows.length === 0) return
  await client.query(
    prepared(
      `
      INSERT INTO contact_handle (workspace_id, contact_id, source, value, from_hubspot)
      SELECT $1, row.id, row.source::handle_source, row.value, row.from_hubspot
      FROM unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[]) AS row (id, source, value, from_hubspot)`,
      [workspaceId, ...handleColumns(rows), booleans(rows, (row) => row.fromHubspot)],
    ),
  )
}
