import { texts } from '../database/array-parameter.ts'
import type { Queryable } from '../database/database.ts'
import type { LinkState } from '../generated/prisma/enums.ts'
import type { Handle } from '../records/handle.ts'
import type { HeldHandle, JsonValue, StoredRecord } from '../records/stored-record.ts'

/**
 * Loads the shared contacts that have one of the external ids or hold one of the handles, in one statement.
 *
 * Each key is looked up by itself (LATERAL … LIMIT 1). For a list of values, PostgreSQL would read through all contacts
 * of the workspace while it has no statistics of a table that is being filled.
 */
export async function loadContacts(
  client: Queryable,
  workspaceId: string,
  wanted: { externalIds: readonly string[]; handles: readonly Handle[] },
): Promise<StoredRecord[]> {
  const { rows } = await client.query<Row>({
    text: `
      WITH wanted AS (
        SELECT found.id FROM unnest($2::text[]) AS asked (external_id)
        CROSS JOIN LATERAL (
          SELECT id FROM contact
          WHERE workspace_id = $1 AND external_id = asked.external_id AND private_owner_id IS NULL LIMIT 1
        ) AS found
        UNION
        SELECT found.contact_id FROM unnest($3::text[], $4::text[]) AS asked (source, value)
        CROSS JOIN LATERAL (
          SELECT contact_id FROM contact_handle
          WHERE workspace_id = $1 AND source = asked.source::handle_source AND value = asked.value AND NOT is_private LIMIT 1
        ) AS found
      )
      SELECT contact.id, contact.external_id, contact.name, contact.description, contact.links, contact.custom_fields,
        contact.account_id, contact.account_from_hubspot, link.hubspot_id, link.state, link.row_hash, link.is_held,
        (SELECT json_agg(json_build_object('source', source, 'value', value, 'fromHubspot', from_hubspot)
                         ORDER BY source, value)
         FROM contact_handle WHERE contact_id = contact.id) AS handles
      FROM wanted
      CROSS JOIN LATERAL (SELECT * FROM contact WHERE id = wanted.id LIMIT 1) AS contact
      LEFT JOIN LATERAL (SELECT * FROM contact_link WHERE contact_id = wanted.id LIMIT 1) AS link ON true`,
    values: [
      workspaceId,
      texts(wanted.externalIds, (id) => id),
      texts(wanted.handles, (handle) => handle.source),
      texts(wanted.handles, (handle) => handle.value),
    ],
  })
  return rows.map(toStoredContact)
}

interface Row {
  id: string
  external_id: string | null
  name: string
  description: string
  links: string[]
  custom_fields: Record<string, JsonValue>
  account_id: string | null
  account_from_hubspot: boolean
  hubspot_id: bigint | null
  state: LinkState
  row_hash: bigint | null
  is_held: boolean
  handles: HeldHandle[] | null
}

function toStoredContact(row: Row): StoredRecord {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    description: row.description,
    links: row.links,
    customFields: row.custom_fields,
    handles: row.handles ?? [],
    accountId: row.account_id,
    accountFromHubspot: row.account_from_hubspot,
    link:
      row.hubspot_id === null
        ? null
        : { hubspotId: row.hubspot_id, state: row.state, rowHash: row.row_hash, isHeld: row.is_held },
  }
}
