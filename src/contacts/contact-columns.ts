import { partsOf, pick, readAccount, readLink } from '../records/record-columns.ts'
import { type Read, SelectList, withParts } from '../records/select-list.ts'
import type { ContactParts, ContactRow } from './contact-parts.ts'

/** The columns to select, and a function that turns a row of values into a contact with its parts. */
export interface ContactColumns {
  /** SQL over the tables `contact`, `contact_link`, `account`, and `account_link`. */
  readonly select: string
  /** SQL that joins those tables to `contact`. */
  readonly joins: string
  readonly toContact: Read<ContactRow>
}

const contactColumns = {
  id: 'id',
  workspaceId: 'workspace_id',
  externalId: 'external_id',
  name: 'name',
  avatarUrl: 'avatar_url',
  privateOwnerId: 'private_owner_id',
  accountId: 'account_id',
  accountFromHubspot: 'account_from_hubspot',
}

/** Returns the columns and joins for the requested parts. Each table is looked up by its key, row by row. */
export function columnsOf({ columns, handles, link, account }: ContactParts): ContactColumns {
  const list = new SelectList()
  const joins: string[] = []
  const parts: [name: string, read: Read<unknown>][] = []
  const base = list.object('contact', { ...contactColumns, ...pick(columns) })

  if (handles) parts.push(['handles', readHandles(list)])
  if (link) parts.push(['link', readLink(list, joins, 'contact', 'contact')])
  if (account !== null) {
    joins.push(
      `LEFT JOIN LATERAL (SELECT * FROM account WHERE id >= contact.account_id ORDER BY id LIMIT 1) AS account
         ON account.id = contact.account_id AND account.workspace_id = contact.workspace_id`,
    )
    parts.push(['account', readAccount(list, joins, account, 'contact')])
  }
  return { select: list.text, joins: joins.join('\n'), toContact: withParts(base, parts) as Read<ContactRow> }
}

function readHandles(list: SelectList): Read<unknown> {
  const read = list.value(
    `(SELECT json_agg(json_build_array(source, value, from_hubspot, is_private) ORDER BY source, value)
      FROM ${partsOf('contact_handle', 'contact', 'contact')})`,
  )
  const workspaceId = list.value('contact.workspace_id')
  const contactId = list.value('contact.id')
  return (row) =>
    ((read(row) ?? []) as [unknown, unknown, unknown, unknown][]).map(([source, value, fromHubspot, isPrivate]) => ({
      workspaceId: workspaceId(row),
      contactId: contactId(row),
      source,
      value,
      fromHubspot,
      isPrivate,
    }))
}
