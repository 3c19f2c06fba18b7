import { type Queryable, together } from '../database/database.ts'
import type { HandleRow, RecordChanges, RecordRow } from '../records/record-changes.ts'

/** See {@link RecordStore.write}. */
export async function writeAccounts(
  client: Queryable,
  workspaceId: string,
  changes: RecordChanges,
  at: Date,
): Promise<void> {
  // In the same order as for contacts, for the same reason.
  await together([
    removeDomains(client, workspaceId, changes.removedHandles),
    updateAccounts(client, workspaceId, changes.updated, at),
    insertAccounts(client, workspaceId, changes.created, at),
    insertDomains(client, workspaceId, changes.addedHandles),
  ])
}

const columns = (rows: readonly RecordRow[]) => [
  rows.map((row) => row.id),
  rows.map((row) => row.externalId),
  rows.map((row) => row.name),
  rows.map((row) => row.description),
  rows.map((row) => JSON.stringify(row.customFields)),
]
const accountRows = `unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
  AS row (id, external_id, name, description, custom_fields)`

async function insertAccounts(client: Queryable, workspaceId: string, rows: readonly RecordRow[], at: Date) {
  if (rows.length === 0) return
  await client.query({
    text: `
      INSERT INTO account (workspace_id, created_at, updated_at, id, external_id, name, description, custom_fields)
      SELECT $1, $2, $2, row.* FROM ${accountRows}`,
    values: [workspaceId, at, ...columns(rows)],
  })
}

async function updateAccounts(client: Queryable, workspaceId: string, rows: readonly RecordRow[], at: Date) {
  if (rows.length === 0) return
  await client.query({
    text: `
      UPDATE account SET updated_at = $2, external_id = row.external_id, name = row.name,
        description = row.description, custom_fields = row.custom_fields
      FROM ${accountRows}
      WHERE account.id = row.id AND account.workspace_id = $1`,
    values: [workspaceId, at, ...columns(rows)],
  })
}

async function removeDomains(client: Queryable, workspaceId: string, rows: readonly HandleRow[]) {
  if (rows.length === 0) return
  await client.query(
    `DELETE FROM account_domain USING unnest($2::uuid[], $3::text[]) AS row (id, domain)
     WHERE account_domain.workspace_id = $1 AND account_domain.account_id = row.id AND account_domain.domain = row.domain`,
    [workspaceId, rows.map((row) => row.recordId), rows.map((row) => row.value)],
  )
}

async function insertDomains(client: Queryable, workspaceId: string, rows: readonly HandleRow[]) {
  if (rows.length === 0) return
  await client.query(
    `INSERT INTO account_domain (workspace_id, account_id, domain, from_hubspot)
     SELECT $1, row.* FROM unnest($2::uuid[], $3::text[], $4::boolean[]) AS row`,
    [workspaceId, rows.map((row) => row.recordId), rows.map((row) => row.value), rows.map((row) => row.fromHubspot)],
  )
}
