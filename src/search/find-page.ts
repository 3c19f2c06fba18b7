import type { Queryable } from '../database/database.ts'
import { SqlWriter } from './sql-writer.ts'

export type OrderField = 'ID' | 'CREATED_AT' | 'UPDATED_AT' | 'NAME'

export interface Order {
  readonly field: OrderField
  readonly isDescending: boolean
}

/** A place in an order: the sort key as text, and the id to break ties. */
export interface Place {
  readonly key: string
  readonly id: string
}

interface Key {
  /** SQL of the sort key. An index supports it. */
  readonly column: string
  /** SQL of the sort key as text. */
  readonly text: string
  /** SQL that turns a text placeholder into the sort key. */
  readonly parse: (placeholder: string) => string
  readonly isValid: (key: string) => boolean
}

/** Ids ascend over time and are created while the lock is held, so their order is the order of creation. */
const byId: Key = { column: '', text: `''`, parse: () => '', isValid: (key) => key === '' }
const keys: Readonly<Record<OrderField, Key>> = {
  ID: byId,
  CREATED_AT: byId,
  UPDATED_AT: {
    column: 'updated_at',
    text: '(extract(epoch FROM updated_at) * 1000000)::bigint::text',
    parse: (placeholder) => `timestamptz 'epoch' + ${placeholder}::bigint * interval '1 microsecond'`,
    isValid: (key) => /^\d{1,18}$/.test(key),
  },
  NAME: {
    column: 'search_text(name) COLLATE "C"',
    text: 'search_text(name)',
    parse: (placeholder) => placeholder,
    isValid: (key) => !key.includes('\0'),
  },
}

/** True if the key is valid in this order. Cursors come from clients. */
export function isKeyOf(field: OrderField, key: string): boolean {
  return keys[field].isValid(key)
}

/** The records to search. */
export interface Selection {
  readonly table: 'contact' | 'account'
  /** SQL condition on the table, including the workspace. Its placeholders refer to `values`. */
  readonly condition: string
  readonly values: readonly unknown[]
}

export interface PageQuery {
  readonly order: Order
  /** Limits the page to records after and before these places, in the order that the client sees. */
  readonly after: Place | undefined
  readonly before: Place | undefined
  readonly size: number
  /** True for the last records within the limits, in reverse order. */
  readonly fromEnd: boolean
}

/**
 * Returns the places of one page. A place is a value and not an offset, so pages neither skip nor repeat a record when
 * others are added or deleted.
 */
export async function findPage(queryable: Queryable, selection: Selection, query: PageQuery): Promise<Place[]> {
  const writer = new SqlWriter(selection.values)
  const text = pageText(writer, selection, query)
  const { rows } = await queryable.query<Place>({ text, values: writer.values })
  return rows
}

/** Contacts by account. */
const owned = 'contact.account_id = owner.id'

/** Returns the same page of contacts for each of these accounts, in one statement. */
export async function findPagesOfAccounts(
  queryable: Queryable,
  selection: Selection,
  query: PageQuery,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Place[]>> {
  const writer = new SqlWriter(selection.values)
  const page = pageText(writer, { ...selection, condition: `${owned} AND ${selection.condition}` }, query)
  const { rows } = await queryable.query<Place & { owner: string }>({
    text: `SELECT owner.id AS owner, page.* FROM unnest(${writer.value(accountIds)}::uuid[]) AS owner (id)
      CROSS JOIN LATERAL (${page}) AS page`,
    values: writer.values,
  })
  return new Map(accountIds.map((id) => [id, rows.filter(({ owner }) => owner === id)]))
}

function pageText(
  writer: SqlWriter,
  { table, condition }: Selection,
  { order, after, before, size, fromEnd }: PageQuery,
): string {
  const key = keys[order.field]
  const columns = [...(key.column === '' ? [] : [key.column]), `${table}.id`]
  const direction = order.isDescending === fromEnd ? 'ASC' : 'DESC'
  const bound = (place: Place | undefined, operator: '<' | '>') => {
    if (place === undefined) return ''
    const parts = [
      ...(key.column === '' ? [] : [key.parse(writer.value(place.key))]),
      `${writer.value(place.id)}::uuid`,
    ]
    return `AND (${columns.join(', ')}) ${operator} (${parts.join(', ')})`
  }
  const [above, below] = order.isDescending ? [before, after] : [after, before]
  return `SELECT ${key.text} AS key, ${table}.id FROM ${table}
    WHERE ${condition} ${bound(above, '>')} ${bound(below, '<')}
    ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')} LIMIT ${writer.value(size)}`
}

export async function countAll(queryable: Queryable, { table, condition, values }: Selection): Promise<number> {
  const { rows } = await queryable.query<{ count: number }>({
    text: `SELECT count(*)::integer AS count FROM ${table} WHERE ${condition}`,
    values: [...values],
  })
  return rows[0]?.count ?? 0
}

/** Counts the contacts of each of these accounts, in one statement. */
export async function countOfAccounts(
  queryable: Queryable,
  { condition, values }: Selection,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const writer = new SqlWriter(values)
  const { rows } = await queryable.query<{ owner: string; count: number }>({
    text: `SELECT owner.id AS owner, (SELECT count(*)::integer FROM contact WHERE ${owned} AND ${condition}) AS count
      FROM unnest(${writer.value(accountIds)}::uuid[]) AS owner (id)`,
    values: writer.values,
  })
  return new Map(rows.map(({ owner, count }) => [owner, count]))
}
