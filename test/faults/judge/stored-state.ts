import { createHash } from 'node:crypto'
import type { SteadyStore } from '../stage/steady-store.ts'

/**
 * Everything that runs write in a workspace, as one line each, in a fixed order. Row ids and times are omitted, and rows
 * refer to each other by HubSpot's ids, so that two workspaces with the same portal can be compared.
 */
export interface StoredState {
  readonly lines: readonly string[]
  readonly hash: string
}

const contacts = `
  SELECT 'contact' AS kind, link.hubspot_id::text, contact.external_id, contact.name, contact.description,
    contact.custom_fields, contact.links, contact.private_owner_id IS NOT NULL AS is_private,
    account.external_id AS account, contact.account_from_hubspot, link.state::text,
    (SELECT array_agg(handle.source || ' ' || handle.value || ' ' || handle.from_hubspot ORDER BY handle.source, handle.value)
     FROM contact_handle AS handle WHERE handle.contact_id = contact.id) AS handles
  FROM contact
  LEFT JOIN contact_link AS link ON link.contact_id = contact.id AND link.workspace_id = contact.workspace_id
  LEFT JOIN account ON account.id = contact.account_id
  WHERE contact.workspace_id = $1`

const accounts = `
  SELECT 'account' AS kind, link.hubspot_id::text, account.external_id, account.name, account.description,
    account.custom_fields, link.state::text,
    (SELECT array_agg(domain || ' ' || from_hubspot ORDER BY domain) FROM account_domain
     WHERE account_domain.account_id = account.id) AS domains
  FROM account
  LEFT JOIN account_link AS link ON link.account_id = account.id AND link.workspace_id = account.workspace_id
  WHERE account.workspace_id = $1`

const errors = `
  SELECT 'error' AS kind, object_type::text, hubspot_id::text, type::text, property, message, status::text,
    held_by_hubspot_id::text AS held_by
  FROM sync_error WHERE workspace_id = $1 AND status = 'OPEN'`

/**
 * An event can also report a merge of records that the store has never linked. Without the event, nobody would know about
 * it, and it does not affect any look-up. Such aliases are omitted.
 */
const aliases = `
  SELECT 'alias' AS kind, object_type::text, hubspot_id::text, merged_into_id::text
  FROM hubspot_alias AS alias
  WHERE workspace_id = $1 AND EXISTS (
    SELECT FROM (
      SELECT 'CONTACT'::object_type AS object_type, hubspot_id FROM contact_link WHERE workspace_id = $1
      UNION ALL
      SELECT 'ACCOUNT', hubspot_id FROM account_link WHERE workspace_id = $1
    ) AS link
    WHERE link.object_type = alias.object_type AND link.hubspot_id IN (alias.hubspot_id, alias.merged_into_id))`

export async function readState(store: SteadyStore, workspaceId: string): Promise<StoredState> {
  const parts = await Promise.all(
    [contacts, accounts, errors, aliases].map((statement) => store.query(statement, [workspaceId])),
  )
  const lines = parts
    .flat()
    .map((row) => JSON.stringify(row))
    .sort()
  return { lines, hash: createHash('sha256').update(lines.join('\n')).digest('hex') }
}

const shownOfLine = 240

/** Describes how one state differs from the other. Null if they are equal. */
export function differenceOf(found: StoredState, expected: StoredState): string | null {
  if (found.hash === expected.hash) return null
  const [have, want] = [new Set(found.lines), new Set(expected.lines)]
  const surplus = found.lines.filter((line) => !want.has(line))
  const missing = expected.lines.filter((line) => !have.has(line))
  const show = (lines: readonly string[]) =>
    lines
      .slice(0, 2)
      .map((line) => line.slice(0, shownOfLine))
      .join(' ')
  return `${missing.length} rows missing: ${show(missing)}; ${surplus.length} too many: ${show(surplus)}`
}
