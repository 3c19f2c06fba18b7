import pg from 'pg'
import type { CustomFieldType } from '../generated/prisma/enums.ts'
import type { KnownField } from '../records/custom-field-values.ts'
import type { FilterReader, Path } from './filter-reader.ts'
import { allOf, anyOf } from './sql-writer.ts'
import {
  type BooleanFilter,
  comparisons,
  type DateTimeFilter,
  type NumberFilter,
  type TextFilter,
  textCondition,
} from './value-filters.ts'

/** A filter on one custom field, by its key, with the operators for its type. */
export interface CustomFieldFilter {
  readonly key: string
  /** For STRING, ENUM, and TEAMMATE. */
  readonly text?: TextFilter | null
  readonly number?: NumberFilter | null
  readonly boolean?: BooleanFilter | null
  readonly datetime?: DateTimeFilter | null
  readonly isNull?: boolean | null
}

type Kind = 'text' | 'number' | 'boolean' | 'datetime'

const kindOf: Readonly<Record<CustomFieldType, Kind>> = {
  STRING: 'text',
  ENUM: 'text',
  TEAMMATE: 'text',
  NUMBER: 'number',
  BOOLEAN: 'boolean',
  DATETIME: 'datetime',
}

/** `column` holds the values by key (B5). An unknown key and operators for a different type are problems. */
export function customFieldCondition(
  reader: FilterReader,
  path: Path,
  column: string,
  fields: readonly KnownField[],
  filter: CustomFieldFilter,
): string {
  const field = fields.find(({ key }) => key === filter.key)
  if (field === undefined) {
    reader.refuse([...path, 'key'], `There is no custom field "${filter.key}". Choose one from customFields.`)
    return 'false'
  }
  const kind = kindOf[field.type]
  for (const other of ['text', 'number', 'boolean', 'datetime'] as const) {
    if (other === kind || filter[other] == null) continue
    reader.refuse([...path, other], `"${field.key}" holds ${field.type}: use the conditions in "${kind}".`)
  }
  // A literal instead of a parameter: without operators, no condition would use the parameter.
  const key = `${pg.escapeLiteral(field.key)}::text`
  const conditions: string[] = []
  if (filter.isNull != null) {
    reader.count(path)
    conditions.push(`(NOT ${column} ? ${key}) = ${reader.value(filter.isNull)}`)
  }
  if (kind === 'text' && filter.text != null) {
    const { eq, in: among, ...others } = filter.text
    conditions.push(exactCondition(reader, [...path, 'text'], column, key, 'text', { eq, in: among }))
    conditions.push(textCondition(reader, [...path, 'text'], `${column} ->> ${key}`, others))
  }
  if (kind === 'number' && filter.number != null) {
    conditions.push(numberCondition(reader, [...path, 'number'], column, key, filter.number))
  }
  if (kind === 'boolean' && filter.boolean != null) {
    conditions.push(exactCondition(reader, [...path, 'boolean'], column, key, 'boolean', filter.boolean))
  }
  if (kind === 'datetime' && filter.datetime != null) {
    conditions.push(momentCondition(reader, [...path, 'datetime'], column, key, filter.datetime))
  }
  return allOf(conditions)
}

interface Exact<T> {
  readonly eq?: T | null
  readonly in?: readonly T[] | null
}

/** Uses containment, which the index over all values supports. */
function exactCondition<T extends string | number | boolean>(
  reader: FilterReader,
  path: Path,
  column: string,
  key: string,
  type: 'text' | 'double precision' | 'boolean',
  { eq, in: among }: Exact<T>,
): string {
  const checked = (value: T, at: Path) => {
    if (typeof value === 'number') return finite(reader, at, value)
    return typeof value === 'string' ? reader.text(at, value) : value
  }
  const holds = (value: unknown) => `${column} @> jsonb_build_object(${key}, ${reader.value(value)}::${type})`
  const conditions: string[] = []
  if (eq != null) conditions.push(holds(checked(eq, [...path, 'eq'])))
  if (among != null) {
    const values = reader.list([...path, 'in'], among)
    conditions.push(anyOf(values.map((value, index) => holds(checked(value, [...path, 'in', index])))))
  }
  for (const _ of conditions) reader.count(path)
  return allOf(conditions)
}

function numberCondition(reader: FilterReader, path: Path, column: string, key: string, filter: NumberFilter): string {
  const conditions = [exactCondition(reader, path, column, key, 'double precision', filter)]
  for (const [name, operator] of comparisons) {
    const number = filter[name]
    if (number == null) continue
    reader.count(path)
    // jsonb sorts values of other types before or after all numbers.
    conditions.push(
      `jsonb_typeof(${column} -> ${key}) = 'number'
       AND ${column} -> ${key} ${operator} to_jsonb(${reader.value(finite(reader, [...path, name], number))}::double precision)`,
    )
  }
  return allOf(conditions)
}

/** GraphQL reads `1e400` as infinity, which JSON cannot represent. */
function finite(reader: FilterReader, path: Path, number: number): number {
  if (Number.isFinite(number)) return number
  reader.refuse(path, 'The number is too large. The largest number is 1.7976931348623157e308.')
  return 0
}

/** Times are stored as ISO text in UTC with milliseconds, which sorts chronologically. */
function momentCondition(
  reader: FilterReader,
  path: Path,
  column: string,
  key: string,
  filter: DateTimeFilter,
): string {
  const conditions = [exactCondition(reader, path, column, key, 'text', { eq: filter.eq?.toISOString() })]
  for (const [name, operator] of comparisons) {
    const moment = filter[name]
    if (moment == null) continue
    reader.count(path)
    conditions.push(`(${column} ->> ${key}) COLLATE "C" ${operator} ${reader.value(moment.toISOString())}`)
  }
  return allOf(conditions)
}
