import { wordsFor } from '../records/record-words.ts'
import type { FilterReader, Path } from './filter-reader.ts'
import { allOf } from './sql-writer.ts'

type Maybe<T> = T | null | undefined

/** `eq` and `in` compare exactly. `contains` and `startsWith` ignore case and accents. */
export interface TextFilter {
  readonly eq?: Maybe<string>
  readonly in?: Maybe<readonly string[]>
  readonly contains?: Maybe<string>
  readonly startsWith?: Maybe<string>
  /** True: missing or empty. */
  readonly isNull?: Maybe<boolean>
}

export interface NumberFilter {
  readonly eq?: Maybe<number>
  readonly in?: Maybe<readonly number[]>
  readonly gt?: Maybe<number>
  readonly gte?: Maybe<number>
  readonly lt?: Maybe<number>
  readonly lte?: Maybe<number>
}

export interface DateTimeFilter {
  readonly eq?: Maybe<Date>
  readonly gt?: Maybe<Date>
  readonly gte?: Maybe<Date>
  readonly lt?: Maybe<Date>
  readonly lte?: Maybe<Date>
}

export interface BooleanFilter {
  readonly eq?: Maybe<boolean>
}

/** A decoded global id. */
interface RecordId {
  readonly typename: string
  readonly id: string
}

export interface IdFilter {
  readonly eq?: Maybe<RecordId>
  readonly in?: Maybe<readonly RecordId[]>
}

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const
export const comparisons = Object.entries(operators) as [keyof typeof operators, string][]

interface TextOptions {
  /** For handles and domains, which have no accents and are stored in lower case. */
  readonly isAddress?: boolean
}

/** A text column or expression. `isNull` also holds for empty ones, because an unknown name is stored as an empty text. */
export function textCondition(
  reader: FilterReader,
  path: Path,
  column: string,
  filter: TextFilter,
  { isAddress = false }: TextOptions = {},
): string {
  const conditions: string[] = []
  if (filter.eq != null) conditions.push(`${column} = ${reader.value(reader.text([...path, 'eq'], filter.eq))}`)
  if (filter.in != null) {
    const texts = reader
      .list([...path, 'in'], filter.in)
      .map((text, index) => reader.text([...path, 'in', index], text))
    conditions.push(`${column} = ANY (${reader.value(texts)}::text[])`)
  }
  for (const operator of ['contains', 'startsWith'] as const) {
    const given = filter[operator]
    if (given == null) continue
    const text = reader.text([...path, operator], given)
    const before = operator === 'contains' ? '%' : ''
    conditions.push(
      isAddress
        ? `lower(${column}) LIKE lower(${reader.value(`${before}${likePattern(text)}%`)})`
        : `search_text(${column}) LIKE '${before}' || search_pattern(${reader.value(text.normalize('NFC'))}) || '%'`,
    )
  }
  if (filter.isNull != null) conditions.push(`(coalesce(${column}, '') = '') = ${reader.value(filter.isNull)}`)
  for (const _ of conditions) reader.count(path)
  return allOf(conditions)
}

/** Escapes the text so that LIKE takes it literally. */
export function likePattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

export function dateTimeCondition(reader: FilterReader, path: Path, column: string, filter: DateTimeFilter): string {
  const conditions: string[] = []
  // Clients see times with millisecond precision, so a time stands for its whole millisecond.
  const shown = `date_trunc('milliseconds', ${column})`
  if (filter.eq != null) conditions.push(`${shown} = ${reader.value(filter.eq)}`)
  for (const [name, operator] of comparisons) {
    const moment = filter[name]
    if (moment != null) conditions.push(`${shown} ${operator} ${reader.value(moment)}`)
  }
  for (const _ of conditions) reader.count(path)
  return allOf(conditions)
}

/** A condition on a column with ids of records of one type. An id of a different type is a problem. */
export function idCondition(
  reader: FilterReader,
  path: Path,
  column: string,
  typename: 'Contact' | 'Account',
  filter: IdFilter,
): string {
  const checked = (id: RecordId, at: Path) => {
    if (id.typename !== typename)
      reader.refuse(at, `This ID does not belong to ${wordsFor[typename === 'Contact' ? 'CONTACT' : 'ACCOUNT'].one}.`)
    return id.id
  }
  const conditions: string[] = []
  if (filter.eq != null) conditions.push(`${column} = ${reader.value(checked(filter.eq, [...path, 'eq']))}`)
  if (filter.in != null) {
    const ids = reader.list([...path, 'in'], filter.in).map((id, index) => checked(id, [...path, 'in', index]))
    conditions.push(`${column} = ANY (${reader.value(ids)}::uuid[])`)
  }
  for (const _ of conditions) reader.count(path)
  return allOf(conditions)
}

/** A condition on an enum column, compared as text. */
export function choiceCondition(
  reader: FilterReader,
  path: Path,
  column: string,
  filter: { readonly eq?: Maybe<string>; readonly in?: Maybe<readonly string[]> },
): string {
  const conditions: string[] = []
  if (filter.eq != null) conditions.push(`${column} = ${reader.value(filter.eq)}`)
  if (filter.in != null) {
    conditions.push(`${column}::text = ANY (${reader.value(reader.list([...path, 'in'], filter.in))}::text[])`)
  }
  for (const _ of conditions) reader.count(path)
  return allOf(conditions)
}
