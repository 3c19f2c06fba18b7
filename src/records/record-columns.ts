import type { Account, AccountLink } from '../generated/prisma/client.ts'
import { type Read, type SelectList, withParts } from './select-list.ts'

/** The parts of an account that are read in addition to its other columns. */
export interface AccountParts {
  readonly columns: readonly AccountColumn[]
  readonly domains: boolean
  readonly link: boolean
}

/** Columns that are read only on request, because they can be long or take time to parse. */
export type AccountColumn = 'description' | 'customFields' | 'createdAt' | 'updatedAt'

export type LinkRow<Link> = Omit<Link, 'rowHash' | 'stateChangedAt'>

/** An account as Prisma returns it, with the requested parts. */
export type AccountRow = Omit<Account, AccountColumn> &
  Partial<Pick<Account, AccountColumn>> & {
    readonly domains?: { readonly domain: string }[]
    readonly link?: LinkRow<AccountLink> | null
  }

const accountColumns = { id: 'id', workspaceId: 'workspace_id', externalId: 'external_id', name: 'name' }

/** The columns that are read only on request. */
export const optionalColumns = {
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

export function pick(names: readonly (keyof typeof optionalColumns)[]) {
  return Object.fromEntries(names.map((name) => [name, optionalColumns[name]]))
}

/**
 * Selects the requested parts of the row in the table `account`, and adds the joins that they need. Each table is looked up by
 * its key, row by row, and the workspace is compared with that of `owner`.
 */
export function readAccount(
  list: SelectList,
  joins: string[],
  { columns, domains, link }: AccountParts,
  owner: 'contact' | 'account',
): Read<object | null> {
  const account = list.optional('account', { ...accountColumns, ...pick(columns) })
  const parts: [string, Read<unknown>][] = []
  if (domains) {
    const rows = partsOf('account_domain', 'account', owner)
    const read = list.value(`(SELECT json_agg(domain ORDER BY domain) FROM ${rows})`)
    parts.push(['domains', (row) => ((read(row) ?? []) as string[]).map((domain) => ({ domain }))])
  }
  if (link) parts.push(['link', readLink(list, joins, 'account', owner)])
  return withParts(account, parts)
}

/** Selects the link of the row in the table `record`, or null. */
export function readLink(
  list: SelectList,
  joins: string[],
  record: 'contact' | 'account',
  owner: 'contact' | 'account',
): Read<object | null> {
  const table = `${record}_link`
  joins.push(`LEFT JOIN LATERAL (SELECT * FROM ${table} WHERE ${record}_id = ${record}.id LIMIT 1) AS ${table}
    ON ${table}.workspace_id = ${owner}.workspace_id`)
  return list.optional(table, { [`${record}Id`]: `${record}_id`, ...linkColumns })
}

/**
 * The rows of a table that belong to a record. The workspace is compared outside the look-up, so that no index of the whole
 * workspace is used for it.
 */
export function partsOf(
  table: 'contact_handle' | 'account_domain',
  record: 'contact' | 'account',
  owner: 'contact' | 'account',
): string {
  return `(SELECT * FROM ${table} WHERE ${record}_id = ${record}.id OFFSET 0) AS part
    WHERE part.workspace_id = ${owner}.workspace_id`
}
