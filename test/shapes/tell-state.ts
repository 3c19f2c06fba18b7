import type { Database } from '../../src/database/database.ts'

/** The contents of the store for one record that follows HubSpot. */
export interface ToldRecord {
  /** Name, handles, and custom fields. */
  readonly values: string
  /** HubSpot id of the account, for contacts. */
  readonly account: string
  /** ACTIVE, OUT_OF_SCOPE, SOURCE_DELETED … */
  readonly link: string
}

export interface ToldState {
  /** By "CONTACT 201" or "ACCOUNT 501". */
  readonly records: ReadonlyMap<string, ToldRecord>
  /** Open errors; "CONTACT 0" if they are not about a single record. */
  readonly errors: ReadonlyMap<string, string>
}

interface Row extends ToldRecord {
  readonly key: string
}

/** Reads a workspace's store with its own code, in one statement: thousands of states are read. */
export async function tellState({ pool }: Database, workspaceId: string): Promise<ToldState> {
  const { rows } = await pool.query<{ records: Row[]; errors: { key: string; message: string }[] }>({
    name: 'tell-state',
    text: `
      SELECT
        (SELECT coalesce(json_agg(row), '[]') FROM (
           SELECT 'CONTACT ' || link.hubspot_id AS key, link.state::text AS link,
             coalesce((SELECT external_id FROM account WHERE account.id = contact.account_id), 'none') AS account,
             concat_ws(' | ', name, description, custom_fields::text, array_to_string(links, ','),
               (SELECT string_agg(source || ' ' || value, ', ' ORDER BY source, value) FROM contact_handle
                WHERE contact_id = contact.id)) AS values
           FROM contact JOIN contact_link link ON link.contact_id = contact.id
           WHERE contact.workspace_id = $1
           UNION ALL
           SELECT 'ACCOUNT ' || link.hubspot_id, link.state::text, 'none',
             concat_ws(' | ', name, description, custom_fields::text,
               (SELECT string_agg(domain, ', ' ORDER BY domain) FROM account_domain WHERE account_id = account.id))
           FROM account JOIN account_link link ON link.account_id = account.id
           WHERE account.workspace_id = $1
         ) AS row) AS records,
        (SELECT coalesce(json_agg(json_build_object('key', object_type || ' ' || hubspot_id,
           'message', type || ': ' || message)), '[]')
         FROM sync_error WHERE workspace_id = $1 AND status = 'OPEN') AS errors`,
    values: [workspaceId],
  })
  const [row] = rows
  if (row === undefined) throw new Error('the statement gives one row')
  return {
    records: new Map(row.records.map(({ key, values, account, link }) => [key, { values, account, link }])),
    errors: new Map(row.errors.map(({ key, message }) => [key, message])),
  }
}

export function isSameState(a: ToldState, b: ToldState): boolean {
  return a.errors.size === b.errors.size && a.records.size === b.records.size && differences(a, b).length === 0
}

/** Keys of the records that differ. */
export function differences(a: ToldState, b: ToldState): string[] {
  const keys = new Set([...a.records.keys(), ...b.records.keys()])
  return [...keys].filter((key) => JSON.stringify(a.records.get(key)) !== JSON.stringify(b.records.get(key)))
}
