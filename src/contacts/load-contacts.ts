import type { Queryable } from '../database/database.ts'
import type { LinkState } from '../generated/prisma/enums.ts'
import type { Handle } from './handles.ts'
import type { HeldHandle, JsonValue, StoredContact } from './stored-contact.ts'

/** Loads the shared contacts that carry one of the external ids or hold one of the handles, in one statement. */
export async function loadContacts(
  client: Queryable,
  workspaceId: string,
  wanted: { externalIds: readonly string[]; handles: readonly Handle[] },
): Promise<StoredContact[]> {
  const { rows } = await client.query<Row>({
    text: `
      WITH wanted AS (
        SELECT contact.id FROM contact
        WHERE contact.workspace_id = $1 AND contact.external_id = ANY ($2::text[]) AND contact.private_owner_id IS NULL
        UNION
        SELECT contact_handle.contact_id
        FROM unnest($3::handle_source[], $4::text[]) AS handle (source, value)
        JOIN contact_handle ON contact_handle.workspace_id = $1 AND contact_handle.source = handle.source
          AND contact_handle.value = handle.value AND NOT contact_handle.is_private
      )
      SELECT contact.id, contact.external_id, contact.name, contact.description, contact.links, contact.custom_fields,
        link.hubspot_id, link.state, link.row_hash, link.is_held,
        (SELECT json_agg(json_build_object('source', source, 'value', value, 'fromHubspot', from_hubspot)
                         ORDER BY source, value)
         FROM contact_handle WHERE contact_id = contact.id) AS handles
      FROM wanted
      JOIN contact ON contact.id = wanted.id
      LEFT JOIN contact_link link ON link.contact_id = contact.id`,
    values: [
      workspaceId,
      wanted.externalIds,
      wanted.handles.map((handle) => handle.source),
      wanted.handles.map((handle) => handle.value),
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
  hubspot_id: bigint | null
  state: LinkState
  row_hash: bigint | null
  is_held: boolean
  handles: HeldHandle[] | null
}

function toStoredContact(row: Row): StoredContact {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    description: row.description,
    links: row.links,
    customFields: row.custom_fields,
    handles: row.handles ?? [],
    link:
      row.hubspot_id === null
        ? null
        : { hubspotId: row.hubspot_id, state: row.state, rowHash: row.row_hash, isHeld: row.is_held },
  }
}
