import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Json = Record<string, unknown>

interface Operation {
  responses?: Record<string, { content?: Record<string, { schema?: Json }> }>
}

/** The answers that are checked, by specification file: "METHOD path" without the version's own spelling. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  'crm-contacts-v3': [
    'get /crm/v3/objects/contacts',
    'get /crm/v3/objects/contacts/{contactId}',
    'post /crm/v3/objects/contacts/batch/read',
    'post /crm/v3/objects/contacts/search',
  ],
  'crm-companies-v3': ['get /crm/v3/objects/companies', 'post /crm/v3/objects/companies/batch/read'],
  'crm-lists-v3': [
    'get /crm/v3/lists',
    'get /crm/v3/lists/{listId}',
    'post /crm/v3/lists/search',
    'get /crm/v3/lists/{listId}/memberships',
    'get /crm/v3/lists/{listId}/memberships/join-order',
    'post /crm/v3/lists/records/memberships/batch/read',
  ],
  'crm-properties-v3': ['get /crm/v3/properties/{objectType}', 'get /crm/v3/properties/{objectType}/{propertyName}'],
  'crm-associations-v4': [
    'post /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read',
    'get /crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}',
  ],
  'crm-owners-v3': ['get /crm/v3/owners', 'get /crm/v3/owners/{ownerId}'],
  'account-info-v3': ['get /account-info/v3/details'],
  'webhooks-journal-2026-03': [
    // Single entries have no published answer of their own; this one contains them.
    'get /webhooks-journal/journal/2026-03/batch/earliest/{count}',
    'get /webhooks-journal/subscriptions/2026-03',
    'post /webhooks-journal/subscriptions/2026-03',
  ],
  'oauth-2026-03': ['post /oauth/2026-03/token', 'post /oauth/2026-03/token/introspect'],
}

// filterBranch is the definition of a list, which nothing here reads and which is most of the file.
const PROSE = new Set(['description', 'example', 'x-hubspot-sub-type-impl', 'discriminator'])
const UNREAD = new Set(['filterBranch'])

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The schema without descriptions. A property with such a name in `properties` stays. */
const withoutProse = (value: unknown, isPropertyMap = false): unknown => {
  if (Array.isArray(value)) return value.map((entry) => withoutProse(entry))
  if (!isJson(value)) return value
  const kept = Object.entries(value).filter(([name]) => !(isPropertyMap ? UNREAD : PROSE).has(name))
  return Object.fromEntries(
    kept.map(([name, part]) => [name, withoutProse(part, name === 'properties' && !isPropertyMap)]),
  )
}

const referencesIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isJson(value)) return []
  const own = typeof value.$ref === 'string' ? [value.$ref.replace('#/components/schemas/', '')] : []
  return [...own, ...Object.values(value).flatMap(referencesIn)]
}

const reachable = (schemas: Record<string, Json>, start: unknown): Record<string, unknown> => {
  const found: Record<string, unknown> = {}
  const waiting = referencesIn(start)
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name in found) continue
    found[name] = withoutProse(schemas[name])
    waiting.push(...referencesIn(found[name]))
  }
  return found
}

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('Usage: tsx test/simulator/openapi/extract.ts <folder with the published OpenAPI files>')

for (const [file, operations] of Object.entries(WANTED)) {
  const spec = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as {
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, Json> }
  }
  const answers: Record<string, unknown> = {}
  for (const operation of operations) {
    const [method = '', path = ''] = operation.split(' ')
    for (const [status, { content }] of Object.entries(spec.paths[path]?.[method]?.responses ?? {})) {
      const schema = Object.values(content ?? {})[0]?.schema
      if (schema && status !== 'default') answers[`${operation} ${status}`] = withoutProse(schema)
    }
  }
  const extract = { answers, components: { schemas: reachable(spec.components.schemas, answers) } }
  writeFileSync(join(import.meta.dirname, `${file}.json`), `${JSON.stringify(extract, null, 1)}\n`)
}
