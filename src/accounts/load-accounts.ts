import type { Queryable } from '../database/database.ts'
import type { LinkState } from '../generated/prisma/enums.ts'
import type { Handle } from '../records/handle.ts'
import type { HeldHandle, JsonValue, StoredRecord } from '../records/stored-record.ts'

/**
 * Loads the accounts that have one of the external ids or hold one of the domains. Each key is looked up by itself, as
 * in `loadContacts`.
 */
export async function loadAccounts(
  client: Queryable,
  workspaceId: string,
  wanted: { readonly externalIds: readonly string[]; readonly handles: readonly Handle[] },
): Promise<StoredRecord[]> {
  const { rows } = await client.query<Row>({
    text: `
      WITH wanted AS (
        SELECT found.id FROM unnest($2::text[]) AS asked (external_id)
        CROSS JOIN LATERAL (
          SELECT id FROM account WHERE workspace_id = $1 AND external_id = asked.external_id LIMIT 1
        ) AS found
        UNION
        SELECT found.account_id FROM unnest($3::text[]) AS asked (domain)
        CROSS JOIN LATERAL (
          SELECT account_id FROM account_domain WHERE workspace_id = $1 AND domain = asked.domain LIMIT 1
        ) AS found
      )
      SELECT account.id, account.external_id, account.name, account.description, account.custom_fields,
        link.hubspot_id, link.state, link.row_hash, link.is_held,
        (SELECT json_agg(json_build_object('source', 'DOMAIN', 'value', domain, 'fromHubspot', from_hubspot)
                         ORDER BY domain)
         FROM account_domain WHERE account_id = account.id) AS domains
      FROM wanted
      JOIN account ON account.id = wanted.id
      LEFT JOIN account_link link ON link.account_id = account.id`,
    values: [workspaceId, wanted.externalIds, wanted.handles.map((handle) => handle.value)],
  })
  return rows.map(toStoredAccount)
}

interface Row {
  id: string
  external_id: string | null
  name: string
  description: string
  custom_fields: Record<string, JsonValue>
  hubspot_id: bigint | null
  state: LinkState
  row_hash: bigint | null
  is_held: boolean
  domains: HeldHandle[] | null
}

function toStoredAccount(row: Row): StoredRecord {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    description: row.description,
    links: [],
    customFields: row.custom_fields,
    handles: row.domains ?? [],
    accountId: null,
    accountFromHubspot: false,
    link:
      row.hubspot_id === null
        ? null
        : { hubspotId: row.hubspot_id, state: row.state, rowHash: row.row_hash, isHeld: row.is_held },
  }
}
