import { type CrmRecord, isoTime, type ObjectType } from '../portal/crm-record.ts'
import { type Answer, jsonRows, jsonText } from './answer.ts'
import { type ApiCall, type ApiRoute, DATED_VERSIONS } from './api-route.ts'
import { associatedCompaniesJson } from './associated-companies.ts'
import * as input from './call-input.ts'
import { invalid, notFound } from './hubspot-problem.ts'
import { borderOf, isWithheld, unnamedFailure } from './odd-shapes.ts'
import { recordWriter } from './record-json.ts'
import { searchRecords } from './search-records.ts'
import { withParameter } from './with-parameter.ts'

const PAGE_MAX = 100
const BATCH_MAX = 100
const SINGULAR: Readonly<Record<ObjectType, string>> = { contacts: 'CONTACT', companies: 'COMPANY' }

const bases = ['/crm/v3/objects', ...DATED_VERSIONS.map((version) => `/crm/objects/${version}`)]
const paths = (rest: string) => bases.map((base) => `${base}/:objectType${rest}`)
const scopes: ApiRoute['scopes'] = ({ objectType }) => [`crm.objects.${input.objectTypeOf(objectType)}.read`]

/**
 * The cursor is the id at which to continue, like real cursors. The page begins there or at the next record after it.
 */
const firstIdIn = (after: string): number => {
  if (/^\d+$/.test(after)) return Number(after)
  throw invalid(`Invalid input: after must be a paging cursor, but was ${after}`)
}

const getPage = ({ portal, params, query, selfUrl }: ApiCall): Answer => {
  const objectType = input.objectTypeOf(params.objectType)
  const limit = input.limitOf(input.textIn(query, 'limit'), 10, PAGE_MAX)
  const after = input.textIn(query, 'after')
  const from = after === undefined ? 0 : borderOf(portal.settings, firstIdIn(after))
  const write = recordWriter(portal, objectType, input.listIn(query, 'properties'))
  const associations = input.listIn(query, 'associations')
  const rows: string[] = []
  let lastId = 0
  let next = ''
  for (const record of portal.world.records[objectType].after(from - 1, input.flagIn(query, 'archived'))) {
    if (rows.length === limit) {
      const following = String(lastId + 1)
      const link = withParameter(selfUrl, 'after', following)
      next = `,"paging":${JSON.stringify({ next: { after: following, link } })}`
      break
    }
    rows.push(write(record, associatedCompaniesJson(portal, objectType, record.id, associations)))
    lastId = record.id
  }
  return jsonRows('{"results":[', rows, `]${next}}`)
}

const getOne = ({ portal, params, query }: ApiCall): Answer => {
  const objectType = input.objectTypeOf(params.objectType)
  const { id = '' } = params
  const store = portal.world.records[objectType]
  const idProperty = input.textIn(query, 'idProperty')
  const archived = input.flagIn(query, 'archived')
  const record = idProperty
    ? recordsByProperty(portal, objectType, idProperty, [id], archived).get(id.toLowerCase())
    : /^\d+$/.test(id) && store.resolve(Number(id))
  if (!record || (record.archivedAt !== null) !== archived) throw notFound()
  const write = recordWriter(portal, objectType, input.listIn(query, 'properties'))
  const associations = input.listIn(query, 'associations')
  return jsonText(write(record, associatedCompaniesJson(portal, objectType, record.id, associations)))
}

const batchRead = ({ portal, params, query, body: raw, now }: ApiCall): Answer => {
  const objectType = input.objectTypeOf(params.objectType)
  const body = input.objectBody(raw)
  const archived = input.flagIn(query, 'archived')
  const ids = input.inputsIn(body, BATCH_MAX).map((entry) => String(entry.id))
  const idProperty =
    body.idProperty === undefined || body.idProperty === null ? 'hs_object_id' : String(body.idProperty)
  const write = recordWriter(portal, objectType, input.stringsIn(body, 'properties'))
  const find = finder(portal, objectType, idProperty, ids, archived)
  const found = new Map<number, CrmRecord>()
  const missing = new Set<string>()
  const failures: unknown[] = []
  for (const id of ids) {
    const withheld = isWithheld(portal.settings, id)
    if (withheld === 'failing') failures.push(unnamedFailure)
    if (withheld !== null) continue
    const record = find(id)
    if (record) found.set(record.id, record)
    else missing.add(id)
  }
  const rows = [...found.values()].map((record) => write(record))
  const head = '{"status":"COMPLETE","results":['
  const time = isoTime(now)
  const times = `"startedAt":"${time}","completedAt":"${time}"`
  if (missing.size + failures.length === 0) return jsonRows(head, rows, `],${times}}`)
  const message = `Could not get some ${SINGULAR[objectType]} objects, they may be deleted or not exist. Check that ids are valid.`
  const error = { status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { ids: [...missing] } }
  const all = [...(missing.size > 0 ? [error] : []), ...failures]
  const errors = `"numErrors":${all.length},"errors":${JSON.stringify(all)}`
  return jsonRows(head, rows, `],${errors},${times}}`, 207)
}

type Find = (id: string) => CrmRecord | undefined

const finder = (
  portal: ApiCall['portal'],
  objectType: ObjectType,
  idProperty: string,
  ids: readonly string[],
  archived: boolean,
): Find => {
  if (idProperty !== 'hs_object_id') {
    const found = recordsByProperty(portal, objectType, idProperty, ids, archived)
    return (id) => found.get(id.toLowerCase())
  }
  const store = portal.world.records[objectType]
  return (id) => {
    const record = store.resolve(input.recordIdOf(id))
    return record && (record.archivedAt !== null) === archived ? record : undefined
  }
}

const recordsByProperty = (
  { world }: ApiCall['portal'],
  objectType: ObjectType,
  name: string,
  values: readonly string[],
  archived: boolean,
): Map<string, CrmRecord> => {
  if (!world.properties[objectType].get(name)?.hasUniqueValue) {
    throw invalid(`Invalid input: ${name} is not a unique property of ${objectType}`)
  }
  const store = world.records[objectType]
  const wanted = new Set(values.map((value) => value.toLowerCase()))
  const read = store.reader(name)
  const found = new Map<string, CrmRecord>()
  for (const record of store.after(0, archived)) {
    const value = read(record)?.toLowerCase()
    if (value !== undefined && wanted.has(value)) found.set(value, record)
    if (found.size === wanted.size) break
  }
  return found
}

const search = ({ portal, params, body }: ApiCall): Answer =>
  jsonText(searchRecords(portal, input.objectTypeOf(params.objectType), input.objectBody(body)))

export const recordRoutes: readonly ApiRoute[] = [
  { method: 'GET', paths: paths(''), scopes, handle: getPage },
  { method: 'GET', paths: paths('/:id'), scopes, handle: getOne },
  { method: 'POST', paths: paths('/batch/read'), scopes, handle: batchRead },
  { method: 'POST', paths: paths('/search'), scopes, budget: 'search', handle: search },
]
