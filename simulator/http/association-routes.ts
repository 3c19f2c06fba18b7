import { isoTime, type ObjectType } from '../portal/crm-record.ts'
import type { PortalSettings } from '../portal/portal-settings.ts'
import { type Answer, json } from './answer.ts'
import { type ApiCall, type ApiRoute, DATED_VERSIONS } from './api-route.ts'
import { type Link, liveLinks } from './association-links.ts'
import * as input from './call-input.ts'
import { invalid, notFound } from './hubspot-problem.ts'
import { borderOf, isWithheld, unnamedFailure } from './odd-shapes.ts'
import { withParameter } from './with-parameter.ts'

const INPUTS_MAX = 1000
const PAGE_MAX = 500
const SINGULAR: Readonly<Record<ObjectType, string>> = { contacts: 'contact', companies: 'company' }

// HubSpot's own numbers and names of these association types, seen from either end.
const TYPES: Readonly<Record<ObjectType, { any: number; primary: number; primaryLabel: string }>> = {
  companies: { any: 280, primary: 2, primaryLabel: 'Contact with Primary Company' },
  contacts: { any: 279, primary: 1, primaryLabel: 'Primary' },
}

const associated = (from: ObjectType, { id, primary }: Link) => {
  const types = TYPES[from]
  const category = 'HUBSPOT_DEFINED'
  return {
    // A number here, unlike every other id: the published type is string, but the service does not comply with it.
    toObjectId: id,
    associationTypes: [
      ...(primary ? [{ category, typeId: types.primary, label: types.primaryLabel }] : []),
      { category, typeId: types.any, label: null },
    ],
  }
}

const endsOf = (from: string | undefined, to: string | undefined): ObjectType => {
  const fromType = input.objectTypeOf(from)
  if (fromType === input.objectTypeOf(to)) throw invalid(`No association types exist between ${from} and ${to}`)
  return fromType
}

const pageOf = (settings: PortalSettings, links: readonly Link[], after: string | undefined, size: number) => {
  const from = after === undefined ? 0 : borderOf(settings, input.idOfCursor(decodeURIComponent(after)))
  const rest = links.filter(({ id }) => id > from)
  const page = rest.slice(0, size)
  const last = page.at(-1)
  return { page, next: last && rest.length > size ? encodeURIComponent(input.cursorOf(last.id)) : undefined }
}

const batchRead = ({ portal, params, body, now, selfUrl }: ApiCall): Answer => {
  const from = endsOf(params.from, params.to)
  const to: ObjectType = from === 'contacts' ? 'companies' : 'contacts'
  const results: unknown[] = []
  const errors: unknown[] = []
  for (const { id, after } of input.inputsIn(input.objectBody(body), INPUTS_MAX)) {
    const withheld = isWithheld(portal.settings, String(id))
    if (withheld === 'failing') errors.push(unnamedFailure)
    if (withheld !== null) continue
    const links = liveLinks(portal.world, from, input.recordIdOf(id))
    if (links.length === 0) {
      errors.push(noAssociations(String(id), from, to))
      continue
    }
    const cursor = after === undefined || after === null ? undefined : String(after)
    const { page, next } = pageOf(portal.settings, links, cursor, portal.settings.associationPageSize)
    const paging = next && { next: { after: next, link: withParameter(selfUrl, 'after', next) } }
    results.push({
      from: { id: String(id) },
      to: page.map((link) => associated(from, link)),
      ...(paging && { paging }),
    })
  }
  const time = isoTime(now)
  const failed = errors.length > 0 && { numErrors: errors.length, errors }
  const answer = { status: 'COMPLETE', results, ...failed, startedAt: time, completedAt: time }
  return json(answer, failed ? 207 : 200)
}

const noAssociations = (id: string, from: ObjectType, to: ObjectType) => ({
  status: 'error',
  category: 'OBJECT_NOT_FOUND',
  subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
  message: `No ${SINGULAR[to]} is associated with ${SINGULAR[from]} ${id}.`,
  context: { fromObjectId: [id], fromObjectType: [SINGULAR[from]], toObjectType: [SINGULAR[to]] },
})

const getPage = ({ portal, params, query, selfUrl }: ApiCall): Answer => {
  const from = endsOf(params.from, params.to)
  const id = input.recordIdOf(params.id)
  const limit = input.limitOf(input.textIn(query, 'limit'), PAGE_MAX, PAGE_MAX)
  if (!portal.world.records[from].resolve(id)) throw notFound()
  const { page, next } = pageOf(portal.settings, liveLinks(portal.world, from, id), input.textIn(query, 'after'), limit)
  const paging = next && { next: { after: next, link: withParameter(selfUrl, 'after', next) } }
  return json({ results: page.map((link) => associated(from, link)), ...(paging && { paging }) })
}

const scopes: ApiRoute['scopes'] = ({ from }) => [`crm.objects.${input.objectTypeOf(from)}.read`]
const batchBases = ['/crm/v4/associations', ...DATED_VERSIONS.map((version) => `/crm/associations/${version}`)]
const pageBases = ['/crm/v4/objects', ...DATED_VERSIONS.map((version) => `/crm/objects/${version}`)]

export const associationRoutes: readonly ApiRoute[] = [
  {
    method: 'POST',
    paths: batchBases.map((base) => `${base}/:from/:to/batch/read`),
    scopes,
    budget: 'associations',
    handle: batchRead,
  },
  {
    method: 'GET',
    paths: pageBases.map((base) => `${base}/:from/:id/associations/:to`),
    scopes,
    budget: 'associations',
    handle: getPage,
  },
]
