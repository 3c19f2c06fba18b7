import { isoTime } from '../portal/crm-record.ts'
import type { PropertyDefinition } from '../portal/property-definitions.ts'
import { type Answer, json } from './answer.ts'
import { type ApiCall, type ApiRoute, DATED_VERSIONS } from './api-route.ts'
import { flagIn, objectTypeOf } from './call-input.ts'
import { notFound } from './hubspot-problem.ts'

const propertyJson = ({ createdAt, updatedAt, archivedAt, readOnlyValue, options, ...rest }: PropertyDefinition) => ({
  ...rest,
  options: options.map((option, displayOrder) => option && { ...option, displayOrder, hidden: false }),
  createdAt: isoTime(createdAt),
  updatedAt: isoTime(updatedAt),
  archived: archivedAt !== null,
  ...(archivedAt !== null && { archivedAt: isoTime(archivedAt) }),
  displayOrder: -1,
  formField: !readOnlyValue,
  modificationMetadata: {
    archivable: !rest.hubspotDefined,
    readOnlyDefinition: rest.hubspotDefined,
    readOnlyOptions: rest.hubspotDefined,
    readOnlyValue,
  },
  dataSensitivity: 'non_sensitive',
})

const getAll = ({ portal, params, query }: ApiCall): Answer => {
  const archived = flagIn(query, 'archived')
  const definitions = [...portal.world.properties[objectTypeOf(params.objectType)].values()]
  return json({
    results: definitions.filter(({ archivedAt }) => (archivedAt !== null) === archived).map(propertyJson),
  })
}

const getOne = ({ portal, params, query }: ApiCall): Answer => {
  const definition = portal.world.properties[objectTypeOf(params.objectType)].get(params.name ?? '')
  if (!definition || (definition.archivedAt !== null) !== flagIn(query, 'archived')) throw notFound()
  return json(propertyJson(definition))
}

const scopes: ApiRoute['scopes'] = ({ objectType }) => {
  const type = objectTypeOf(objectType)
  return [`crm.objects.${type}.read`, `crm.schemas.${type}.read`]
}
const bases = ['/crm/v3/properties', ...DATED_VERSIONS.map((version) => `/crm/properties/${version}`)]

export const propertyRoutes: readonly ApiRoute[] = [
  { method: 'GET', paths: bases.map((base) => `${base}/:objectType`), scopes, handle: getAll },
  { method: 'GET', paths: bases.map((base) => `${base}/:objectType/:name`), scopes, handle: getOne },
]
