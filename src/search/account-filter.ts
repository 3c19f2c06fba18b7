import { normaliseDomain } from '../accounts/domains.ts'
import type { LinkState } from '../generated/prisma/enums.ts'
import type { KnownField } from '../records/custom-field-values.ts'
import { type CustomFieldFilter, customFieldCondition } from './custom-field-filter.ts'
import type { FilterReader, Path } from './filter-reader.ts'
import { allOf, anyOf } from './sql-writer.ts'
import {
  choiceCondition,
  type DateTimeFilter,
  dateTimeCondition,
  type IdFilter,
  idCondition,
  type TextFilter,
  textCondition,
} from './value-filters.ts'

type Maybe<T> = T | null | undefined

/** The conditions that filters for contacts and accounts share. All given conditions must match. */
export interface RecordFilter<Self> {
  readonly and?: Maybe<readonly Self[]>
  readonly or?: Maybe<readonly Self[]>
  readonly not?: Maybe<Self>
  readonly id?: Maybe<IdFilter>
  readonly externalId?: Maybe<TextFilter>
  readonly name?: Maybe<TextFilter>
  readonly description?: Maybe<TextFilter>
  readonly createdAt?: Maybe<DateTimeFilter>
  readonly updatedAt?: Maybe<DateTimeFilter>
  readonly hubspot?: Maybe<LinkFilter>
  readonly customFields?: Maybe<readonly CustomFieldFilter[]>
}

export interface LinkFilter {
  readonly isNull?: Maybe<boolean>
  readonly state?: Maybe<{ readonly eq?: Maybe<LinkState>; readonly in?: Maybe<readonly LinkState[]> }>
}

export interface AccountFilter extends RecordFilter<AccountFilter> {
  /** Matches at least one of its domains. */
  readonly domain?: Maybe<TextFilter>
}

/** The custom fields that a filter can refer to. */
export interface FilterFields {
  readonly contact: readonly KnownField[]
  readonly account: readonly KnownField[]
}

/** Returns the filter as an SQL condition on the table `account`. */
export function accountCondition(
  reader: FilterReader,
  path: Path,
  filter: AccountFilter,
  fields: FilterFields,
  depth = 1,
): string {
  if (!reader.mayNest(path, depth)) return 'false'
  const nested = (at: Path, inner: AccountFilter) => accountCondition(reader, at, inner, fields, depth + 1)
  const conditions = recordConditions(reader, path, 'account', filter, fields.account, nested)
  if (filter.domain != null) {
    const domain = textCondition(reader, [...path, 'domain'], 'domain', normalDomains(filter.domain), {
      isAddress: true,
    })
    conditions.push(`EXISTS (SELECT FROM account_domain WHERE account_id = account.id AND (${domain}))`)
  }
  return allOf(conditions)
}

function normalDomains(filter: TextFilter): TextFilter {
  const normal = (text: string) => normaliseDomain(text) ?? text
  return {
    ...filter,
    eq: filter.eq == null ? filter.eq : normal(filter.eq),
    in: filter.in == null ? filter.in : filter.in.map(normal),
  }
}

/** Returns the conditions that contacts and accounts share. */
export function recordConditions<Filter extends RecordFilter<Filter>>(
  reader: FilterReader,
  path: Path,
  table: 'contact' | 'account',
  filter: Filter,
  fields: readonly KnownField[],
  nested: (path: Path, filter: Filter) => string,
): string[] {
  const conditions: string[] = []
  const all = (name: 'and' | 'or', filters: readonly Filter[]) =>
    reader.list([...path, name], filters).map((inner, index) => nested([...path, name, index], inner))
  if (filter.and != null) conditions.push(allOf(all('and', filter.and)))
  if (filter.or != null) conditions.push(anyOf(all('or', filter.or)))
  // A condition on a missing value is unknown in SQL. NOT must treat it as not matching.
  if (filter.not != null) conditions.push(`(${nested([...path, 'not'], filter.not)}) IS NOT TRUE`)
  if (filter.id != null) {
    const typename = table === 'contact' ? 'Contact' : 'Account'
    conditions.push(idCondition(reader, [...path, 'id'], `${table}.id`, typename, filter.id))
  }
  for (const [name, column] of textColumns) {
    const text = filter[name]
    if (text != null) conditions.push(textCondition(reader, [...path, name], `${table}.${column}`, text))
  }
  for (const [name, column] of momentColumns) {
    const moment = filter[name]
    if (moment != null) conditions.push(dateTimeCondition(reader, [...path, name], `${table}.${column}`, moment))
  }
  if (filter.hubspot != null) conditions.push(linkCondition(reader, [...path, 'hubspot'], table, filter.hubspot))
  reader.list([...path, 'customFields'], filter.customFields ?? []).forEach((field, index) => {
    const at = [...path, 'customFields', index]
    conditions.push(customFieldCondition(reader, at, `${table}.custom_fields`, fields, field))
  })
  return conditions
}

const textColumns = [
  ['externalId', 'external_id'],
  ['name', 'name'],
  ['description', 'description'],
] as const
const momentColumns = [
  ['createdAt', 'created_at'],
  ['updatedAt', 'updated_at'],
] as const

function linkCondition(reader: FilterReader, path: Path, table: 'contact' | 'account', filter: LinkFilter): string {
  const link = (condition: string) =>
    `EXISTS (SELECT FROM ${table}_link link WHERE link.${table}_id = ${table}.id AND (${condition}))`
  const conditions: string[] = []
  if (filter.isNull != null) {
    reader.count(path)
    conditions.push(filter.isNull ? `NOT ${link('true')}` : link('true'))
  }
  if (filter.state != null) {
    conditions.push(link(choiceCondition(reader, [...path, 'state'], 'link.state', filter.state)))
  }
  return allOf(conditions)
}
