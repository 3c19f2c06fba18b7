import type { ContactParts, ContactRow } from './contact-parts.ts'

type Row = readonly unknown[]
type Read<T> = (row: Row) => T

/** The columns to select, and a function that turns a row of values into a contact with its parts. */
export interface ContactColumns {
  /** SQL over the tables `contact`, `link`, `account`, and `account_link`. */
  readonly select: string
  /** SQL that joins those tables to `contact`. */
  readonly joins: string
  readonly toContact: (row: Row) => ContactRow
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
const accountColumns = {
  id: 'id',
  workspaceId: 'workspace_id',
  externalId: 'external_id',
  name: 'name',
}
const wantedColumns = {
  description: 'description',
  links: 'links',
  customFields: 'custom_fields',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
}
const linkColumns = {
  workspaceId: 'workspace_id',
  hubspotId: 'hubspot_id',
  state: 'state',
  syncedAt: 'synced_at',
  isHeld: 'is_held',
}

/** Returns the columns and joins for the requested parts. Each table is looked up by its key, row by row. */
export function columnsOf({ columns, handles, link, account }: ContactParts): ContactColumns {
  const list = new SelectList()
  const joins: string[] = []
  const parts: [name: string, read: Read<unknown>][] = []
  const base = list.object('contact', { ...contactColumns, ...pick(columns) })

  if (handles) parts.push(['handles', readHandles(list)])
  if (link) {
    joins.push(linkJoin('contact', 'link'))
    parts.push(['link', list.optional('link', { contactId: 'contact_id', ...linkColumns })])
  }
  if (account !== null) {
    joins.push(
      `LEFT JOIN LATERAL (SELECT * FROM account WHERE id >= contact.account_id ORDER BY id LIMIT 1) AS account
         ON account.id = contact.account_id AND account.workspace_id = contact.workspace_id`,
    )
    const ofAccount = list.optional('account', { ...accountColumns, ...pick(account.columns) })
    const more: [string, Read<unknown>][] = []
    if (account.domains) more.push(['domains', readDomains(list)])
    if (account.link) {
      joins.push(linkJoin('account', 'account_link'))
      more.push(['link', list.optional('account_link', { accountId: 'account_id', ...linkColumns })])
    }
    parts.push(['account', withParts(ofAccount, more)])
  }
  return { select: list.text, joins: joins.join('\n'), toContact: withParts(base, parts) as Read<ContactRow> }
}

function pick(names: readonly (keyof typeof wantedColumns)[]) {
  return Object.fromEntries(names.map((name) => [name, wantedColumns[name]]))
}

function linkJoin(record: 'contact' | 'account', alias: string): string {
  return `LEFT JOIN LATERAL (SELECT * FROM ${record}_link WHERE ${record}_id = ${record}.id LIMIT 1) AS ${alias}
    ON ${alias}.workspace_id = contact.workspace_id`
}

/**
 * The rows of a table that belong to a record. The workspace is compared outside the look-up, so that no index of the whole
 * workspace is used for it.
 */
function partsOf(table: 'contact_handle' | 'account_domain', record: 'contact' | 'account'): string {
  return `(SELECT * FROM ${table} WHERE ${record}_id = ${record}.id OFFSET 0) AS part
    WHERE part.workspace_id = contact.workspace_id`
}

function readHandles(list: SelectList): Read<unknown> {
  const read = list.value(
    `(SELECT json_agg(json_build_array(source, value, from_hubspot, is_private) ORDER BY source, value)
      FROM ${partsOf('contact_handle', 'contact')})`,
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

function readDomains(list: SelectList): Read<unknown> {
  const read = list.value(`(SELECT json_agg(domain ORDER BY domain) FROM ${partsOf('account_domain', 'account')})`)
  return (row) => ((read(row) ?? []) as string[]).map((domain) => ({ domain }))
}

function withParts(
  read: Read<object | null>,
  parts: readonly [name: string, read: Read<unknown>][],
): Read<object | null> {
  return (row) => {
    const object = read(row) as Record<string, unknown> | null
    if (object !== null) for (const [name, readPart] of parts) object[name] = readPart(row)
    return object
  }
}

/** Collects expressions, and returns a function for each that reads its value from a row. */
class SelectList {
  readonly #expressions: string[] = []

  get text(): string {
    return this.#expressions.join(', ')
  }

  /** Selects an expression, or reuses it if it is already selected. */
  value(expression: string): Read<unknown> {
    const known = this.#expressions.indexOf(expression)
    const at = known === -1 ? this.#expressions.push(expression) - 1 : known
    return (row) => row[at]
  }

  object(table: string, columns: Readonly<Record<string, string>>): Read<object> {
    const properties = Object.entries(columns).map(
      ([name, column]) => [name, this.value(`${table}.${column}`)] as const,
    )
    return (row) => {
      const object: Record<string, unknown> = {}
      for (const [name, read] of properties) object[name] = read(row)
      return object
    }
  }

  /** Null if the join found no row of the table. */
  optional(table: string, columns: Readonly<Record<string, string>>): Read<object | null> {
    const isThere = this.value(`${table}.workspace_id`)
    const read = this.object(table, columns)
    return (row) => (isThere(row) === null ? null : read(row))
  }
}
