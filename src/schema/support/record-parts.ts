import { isDeepStrictEqual } from 'node:util'
import type { GraphQLResolveInfo } from 'graphql'
import type { ContactColumn, ContactParts } from '../../contacts/contact-parts.ts'
import type { AccountColumn, AccountParts } from '../../records/record-columns.ts'
import { askedColumns } from './optional-columns.ts'

/** The queries with which `Contact.handles` and `Account.domains` load their rows. */
export const handlesInOrder = { orderBy: [{ source: 'asc' as const }, { value: 'asc' as const }] }
export const domainsInOrder = { select: { domain: true as const }, orderBy: { domain: 'asc' as const } }

/**
 * Returns the parts that `readContacts` must read to return the same rows as this query of Prisma's plugin, or null if the
 * query loads anything else.
 */
export function contactParts(query: object, info: GraphQLResolveInfo): ContactParts | null {
  const relations = relationsOf(query)
  if (relations === null || !isSubset(relations, ['handles', 'link', 'account'])) return null
  const { handles, link, account } = relations
  if (handles !== undefined && !isDeepStrictEqual(handles, handlesInOrder)) return null
  if (link !== undefined && link !== true) return null
  const ofAccount = account === undefined ? null : accountParts(account, info)
  if (account !== undefined && ofAccount === null) return null
  return {
    columns: askedColumns(info, 'Contact') as ContactColumn[],
    handles: handles !== undefined,
    link: link !== undefined,
    account: ofAccount,
  }
}

/** Like {@link contactParts}, for `readAccounts`. */
export function accountParts(query: unknown, info: GraphQLResolveInfo): AccountParts | null {
  const relations = relationsOf(query)
  if (relations === null || !isSubset(relations, ['domains', 'link'])) return null
  const { domains, link } = relations
  if (domains !== undefined && !isDeepStrictEqual(domains, domainsInOrder)) return null
  if (link !== undefined && link !== true) return null
  return {
    columns: askedColumns(info, 'Account') as AccountColumn[],
    domains: domains !== undefined,
    link: link !== undefined,
  }
}

/** The relations that a query includes; null if it does anything else. `omit` is ignored: it follows from the selection. */
function relationsOf(query: unknown): Readonly<Record<string, unknown>> | null {
  if (query === true) return {}
  const {
    include = {},
    omit: _,
    ...others
  } = query as {
    readonly include?: Readonly<Record<string, unknown>>
    readonly omit?: unknown
  }
  return Object.keys(others).length === 0 ? include : null
}

function isSubset(relations: object, known: readonly string[]): boolean {
  return Object.keys(relations).every((name) => known.includes(name))
}
