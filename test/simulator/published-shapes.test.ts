import { describe, expect, test } from 'vitest'
import { publishedSchema } from './published-schema.ts'
import { simulatedHubSpot } from './simulated-hubspot.ts'

const hubspot = simulatedHubSpot({
  portals: [{ contacts: 200, companies: 20, rateLimit: null, searchPerSecond: null }],
})

const ids = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: String(first + index) }))

const GETS: [file: string, operation: string, path: string][] = [
  ['crm-contacts-v3', '/crm/v3/objects/contacts', '?limit=100&properties=firstname&associations=companies'],
  ['crm-contacts-v3', '/crm/v3/objects/contacts', '?archived=true'],
  ['crm-companies-v3', '/crm/v3/objects/companies', '?limit=50'],
  ['crm-lists-v3', '/crm/v3/lists', '?listIds=42&listIds=43'],
  ['crm-lists-v3', '/crm/v3/lists/{listId}', '46'],
  ['crm-lists-v3', '/crm/v3/lists/{listId}', '42'],
  ['crm-lists-v3', '/crm/v3/lists/{listId}/memberships', '42?limit=3&after=MTQx'],
  ['crm-lists-v3', '/crm/v3/lists/{listId}/memberships/join-order', '43?limit=3'],
  ['crm-properties-v3', '/crm/v3/properties/{objectType}', 'contacts'],
  ['crm-properties-v3', '/crm/v3/properties/{objectType}', 'companies'],
  ['crm-owners-v3', '/crm/v3/owners', '?limit=2'],
  ['crm-owners-v3', '/crm/v3/owners/{ownerId}', '41629779'],
  ['account-info-v3', '/account-info/v3/details', ''],
]

describe('answers have the published shapes', () => {
  test.each(GETS)('%s get %s %s', async (file, operation, rest) => {
    const [value = '', query = ''] = rest.startsWith('?') ? ['', rest] : rest.split(/(?=\?)/)
    const { status, body } = await hubspot.get(operation.replace(/\{\w+\}/, value) + query)
    expect(status).toBe(200)
    expect(publishedSchema(file)(`get ${operation} 200`, body)).toEqual([])
  })

  test.each([
    [
      'crm-contacts-v3',
      '/crm/v3/objects/contacts/batch/read',
      207,
      { inputs: ids(101, 30), properties: ['email', 'about'] },
    ],
    [
      'crm-companies-v3',
      '/crm/v3/objects/companies/batch/read',
      207,
      { inputs: ids(5001, 30), properties: ['domain'] },
    ],
    ['crm-contacts-v3', '/crm/v3/objects/contacts/search', 200, { limit: 200, properties: ['email'] }],
    [
      'crm-lists-v3',
      '/crm/v3/lists/records/memberships/batch/read',
      207,
      { inputs: ['141', '9'].map((recordId) => ({ objectTypeId: '0-1', recordId })) },
    ],
    ['crm-lists-v3', '/crm/v3/lists/search', 200, { offset: 0, additionalProperties: ['hs_list_size'] }],
  ])('%s post %s', async (file, path, status, request) => {
    const answer = await hubspot.post(path, request)
    expect(answer.status).toBe(status)
    expect(publishedSchema(file)(`post ${path} ${status}`, answer.body)).toEqual([])
  })

  test('one contact, one property, associations', async () => {
    const [first] = (await hubspot.get('/crm/v3/objects/contacts?limit=1')).body.results
    const contact = await hubspot.get(`/crm/v3/objects/contacts/${first.id}?associations=companies`)
    expect(publishedSchema('crm-contacts-v3')('get /crm/v3/objects/contacts/{contactId} 200', contact.body)).toEqual([])
    const property = await hubspot.get('/crm/v3/properties/contacts/lifecyclestage')
    const propertyOperation = 'get /crm/v3/properties/{objectType}/{propertyName} 200'
    expect(publishedSchema('crm-properties-v3')(propertyOperation, property.body)).toEqual([])
    const batch = await hubspot.post('/crm/v4/associations/companies/contacts/batch/read', { inputs: ids(5001, 60) })
    const batchOperation = 'post /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read 207'
    expect(publishedSchema('crm-associations-v4')(batchOperation, batch.body)).toEqual([])
    const company = batch.body.results[0].from.id
    const page = await hubspot.get(`/crm/v4/objects/companies/${company}/associations/contacts?limit=2`)
    const pageOperation = 'get /crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType} 200'
    expect(publishedSchema('crm-associations-v4')(pageOperation, page.body)).toEqual([])
  })
})

test.each([
  ['/crm/v3/objects/contacts', '/crm/objects/2026-03/contacts', '/crm/objects/2026-09/0-1/'],
  ['/crm/v3/properties/contacts', '/crm/properties/2026-03/contacts', '/crm/properties/2026-09/contacts/'],
  ['/crm/v3/lists/42', '/crm/lists/2026-03/42', '/crm/lists/2026-09/42/'],
  ['/crm/v3/owners/', '/crm/owners/2026-03', '/crm/owners/2026-09'],
  ['/account-info/v3/details', '/account-info/2026-03/details', '/account-info/2026-09/details'],
])('%s is also served under its dated paths', async (...paths) => {
  const answers = await Promise.all(paths.map(async (path) => (await hubspot.get(path)).text))
  const withoutLinks = answers.map((text) => text.replaceAll(/"link":"[^"]*"/g, ''))
  expect(new Set(withoutLinks).size).toBe(1)
})
