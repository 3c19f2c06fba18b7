import type { CrmRecord } from '../portal/crm-record.ts'
import type { PropertyDefinition } from '../portal/property-definitions.ts'
import type { RecordStore } from '../portal/record-store.ts'
import { invalid, unknownProperty } from './hubspot-problem.ts'

export interface Filter {
  propertyName: string
  operator: string
  value?: string
  highValue?: string
  values?: string[]
}

export interface FilterScope {
  store: RecordStore
  definitions: ReadonlyMap<string, PropertyDefinition>
}

export type Matches = (record: CrmRecord) => boolean

type Comparable = string | number | null

const MODIFIED = new Set(['lastmodifieddate', 'hs_lastmodifieddate'])

/** Times are compared as epoch milliseconds, whether they are written like that or as ISO text. */
const timeOf = (text: string): number => (/^-?\d+$/.test(text) ? Number(text) : Date.parse(text))

const comparableIn = (definition: PropertyDefinition, text: string | null): Comparable => {
  if (text === null || text === '') return null
  if (definition.type === 'number') return Number(text)
  if (definition.type === 'date' || definition.type === 'datetime') return timeOf(text)
  return text.toLowerCase()
}

const readerOf = ({ store }: FilterScope, definition: PropertyDefinition): ((record: CrmRecord) => Comparable) => {
  // Avoids a conversion to text and back for the properties that a walk through a million records compares.
  if (definition.name === 'hs_object_id') return (record) => record.id
  if (MODIFIED.has(definition.name)) return (record) => record.updatedAt
  if (definition.name === 'createdate') return (record) => record.createdAt
  const read = store.reader(definition.name)
  return (record) => comparableIn(definition, read(record))
}

const filterMatcher = (scope: FilterScope, filter: Filter): Matches => {
  const definition = scope.definitions.get(filter.propertyName)
  if (!definition || definition.archivedAt !== null) throw unknownProperty(filter.propertyName)
  const read = readerOf(scope, definition)
  const parse = (text: string | undefined): string | number => {
    const parsed = comparableIn(definition, text ?? null)
    if (parsed !== null && !Number.isNaN(parsed)) return parsed
    throw invalid(`Invalid filter value for ${filter.propertyName}: ${text}`)
  }
  const compare = (
    text: string | undefined,
    test: (value: string | number, bound: string | number) => boolean,
  ): Matches => {
    const bound = parse(text)
    return (record) => {
      const value = read(record)
      return value !== null && test(value, bound)
    }
  }
  const inValues = (): Matches => {
    const values = new Set<Comparable>((filter.values ?? []).map(parse))
    return (record) => values.has(read(record))
  }
  switch (filter.operator) {
    case 'EQ':
      return compare(filter.value, (value, bound) => value === bound)
    case 'NEQ':
      return compare(filter.value, (value, bound) => value !== bound)
    case 'GT':
      return compare(filter.value, (value, bound) => value > bound)
    case 'GTE':
      return compare(filter.value, (value, bound) => value >= bound)
    case 'LT':
      return compare(filter.value, (value, bound) => value < bound)
    case 'LTE':
      return compare(filter.value, (value, bound) => value <= bound)
    case 'BETWEEN': {
      const high = parse(filter.highValue)
      return compare(filter.value, (value, low) => value >= low && value <= high)
    }
    case 'IN':
      return inValues()
    case 'NOT_IN': {
      const isIn = inValues()
      return (record) => !isIn(record)
    }
    case 'HAS_PROPERTY':
      return (record) => read(record) !== null
    case 'NOT_HAS_PROPERTY':
      return (record) => read(record) === null
    case 'CONTAINS_TOKEN':
      return compare(filter.value, (value, token) => String(value).includes(String(token).replaceAll('*', '')))
    default:
      throw invalid(`Unknown filter operator: ${filter.operator}`)
  }
}

/** Groups are alternatives. All filters of one group must match. */
export const matcherOf = (scope: FilterScope, groups: readonly Filter[][]): Matches => {
  const alternatives = groups.map((group) => group.map((filter) => filterMatcher(scope, filter)))
  if (alternatives.length === 0) return () => true
  return (record) => alternatives.some((all) => all.every((matches) => matches(record)))
}

/** No id below this one can match. Saves walking there if one group selects ids above a bound. */
export const idFloor = (groups: readonly Filter[][]): number => {
  if (groups.length !== 1) return 0
  const bounds = (groups[0] ?? [])
    .filter(({ propertyName, operator }) => propertyName === 'hs_object_id' && operator === 'GT')
    .map(({ value }) => Number(value))
  return Math.max(0, ...bounds.filter(Number.isFinite))
}
