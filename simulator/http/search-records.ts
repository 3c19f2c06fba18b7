import type { CrmRecord, ObjectType } from '../portal/crm-record.ts'
import type { SimulatedPortal } from '../portal/portal.ts'
import type { RecordStore } from '../portal/record-store.ts'
import * as input from './call-input.ts'
import { invalid, unknownProperty } from './hubspot-problem.ts'
import { recordWriter } from './record-json.ts'
import { type Filter, type FilterScope, idFloor, matcherOf } from './search-filter.ts'

const PAGE_MAX = 200
const WINDOW = 10_000
const BODY_MAX = 3_000
const GROUPS_MAX = 5
const FILTERS_PER_GROUP_MAX = 6
const FILTERS_MAX = 18

const SEARCHED: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: ['firstname', 'lastname', 'email', 'phone', 'hs_additional_emails'],
  companies: ['name', 'domain', 'phone'],
}

type Body = Record<string, unknown>

/** The JSON text of one page of a search. Only live records, and at most 10,000 of them, can be reached. */
export const searchRecords = (portal: SimulatedPortal, objectType: ObjectType, body: Body): string => {
  if (JSON.stringify(body).length > BODY_MAX) throw invalid(`The search body must not exceed ${BODY_MAX} characters`)
  const store = portal.world.records[objectType]
  const scope: FilterScope = { store, definitions: portal.world.properties[objectType] }
  const groups = filterGroupsIn(body)
  const limit = input.limitOf(body.limit as number | undefined, 10, PAGE_MAX)
  const offset = offsetIn(body.after)
  if (offset + limit > WINDOW) throw invalid(`Paging past ${WINDOW} results is not supported: narrow the search`)
  const found = lastFound(scope, JSON.stringify([groups, body.query, body.sorts]), () => {
    const matches = matcherOf(scope, groups)
    const matchesText = textMatcher(scope, SEARCHED[objectType], body.query)
    const records: CrmRecord[] = []
    for (const record of store.after(idFloor(groups))) if (matches(record) && matchesText(record)) records.push(record)
    sortFound(records, scope, body)
    return records.map(({ id }) => id)
  })
  const write = recordWriter(portal, objectType, input.stringsIn(body, 'properties'))
  const rows = found
    .slice(offset, offset + limit)
    .flatMap((id) => store.live(id) ?? [])
    .map((record) => write(record))
  const more = offset + limit < found.length
  const paging = more ? `,"paging":{"next":{"after":"${offset + limit}"}}` : ''
  return `{"total":${found.length},"results":[${rows.join(',')}]${paging}}`
}

interface Found {
  search: string
  edits: number
  ids: number[]
}

const lastFoundIn = new WeakMap<RecordStore, Found>()

/** The ids of a search, kept for its next pages: walking a million records takes seconds. */
const lastFound = ({ store }: FilterScope, search: string, find: () => number[]): number[] => {
  const last = lastFoundIn.get(store)
  if (last?.search === search && last.edits === store.edits) return last.ids
  const ids = find()
  lastFoundIn.set(store, { search, edits: store.edits, ids })
  return ids
}

const filterGroupsIn = (body: Body): Filter[][] => {
  const groups = ((body.filterGroups ?? []) as { filters?: Filter[] }[]).map((group) => group.filters ?? [])
  const tooMany =
    groups.length > GROUPS_MAX ||
    groups.some((group) => group.length > FILTERS_PER_GROUP_MAX) ||
    groups.flat().length > FILTERS_MAX
  if (!tooMany) return groups
  throw invalid(`At most ${GROUPS_MAX} filter groups of ${FILTERS_PER_GROUP_MAX} filters, ${FILTERS_MAX} in all`)
}

const offsetIn = (after: unknown): number => {
  if (after === undefined || after === null || after === '') return 0
  const offset = Number(after)
  if (Number.isInteger(offset) && offset >= 0) return offset
  throw invalid(`Invalid input: after must be a paging cursor, but was ${after}`)
}

const textMatcher = ({ store }: FilterScope, names: readonly string[], query: unknown) => {
  if (typeof query !== 'string' || query.trim() === '') return () => true
  const words = query.toLowerCase().trim().split(/\s+/)
  const readers = names.map((name) => store.reader(name))
  return (record: CrmRecord): boolean => {
    const text = readers
      .map((read) => read(record) ?? '')
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  }
}

/** Records come in ascending order of id. Sorting by anything else keeps that order among equals. */
const sortFound = (found: CrmRecord[], { store, definitions }: FilterScope, body: Body): void => {
  const sorts = (body.sorts ?? []) as (string | { propertyName: string; direction?: string })[]
  if (sorts.length > 1) throw invalid('At most one sort is supported')
  const [sort] = sorts
  if (sort === undefined) return
  const text = typeof sort === 'string'
  const name = text ? sort.replace(/^-/, '') : sort.propertyName
  const sign = (text ? sort.startsWith('-') : sort.direction === 'DESCENDING') ? -1 : 1
  if (!definitions.has(name)) throw unknownProperty(name)
  if (name === 'hs_object_id') {
    if (sign < 0) found.reverse()
    return
  }
  const read = store.reader(name)
  const keys = new Map(
    found.map((record) => [record, name.endsWith('modifieddate') ? record.updatedAt : (read(record) ?? '')]),
  )
  found.sort((a, b) => {
    const [left, right] = [keys.get(a) ?? '', keys.get(b) ?? '']
    return sign * (left < right ? -1 : left > right ? 1 : 0)
  })
}
