import { beforeEach, describe, expect, test } from 'vitest'
import { simulatedHubSpot } from './simulated-hubspot.ts'

const hubspot = simulatedHubSpot({ portals: [{ empty: true, rateLimit: null, searchPerSecond: null }] })
const portal = () => hubspot.simulator.portal()

beforeEach(() => portal().reset())

const batchRead = (ids: string[], properties: string[] = ['email'], more: object = {}) =>
  hubspot.post('/crm/v3/objects/contacts/batch/read', { inputs: ids.map((id) => ({ id })), properties, ...more })

describe('batch read', () => {
  test('returns null for a property that is empty and omits one that is not defined', async () => {
    const id = portal().putContact({ properties: { email: 'a@x.example' } })
    const { body } = await batchRead([id], ['email', 'phone', 'nope'])
    expect(body.results[0].properties).toMatchObject({ email: 'a@x.example', phone: null, hs_object_id: id })
    expect(body.results[0].properties).not.toHaveProperty('nope')
  })

  test('omits a property once it is archived', async () => {
    const id = portal().putContact({ properties: { about: 'x' } })
    portal().archiveProperty('contacts', 'about')
    expect((await batchRead([id], ['about'])).body.results[0].properties).not.toHaveProperty('about')
    const { body } = await hubspot.get('/crm/v3/properties/contacts?archived=true')
    expect(body.results.map(({ name }: { name: string }) => name)).toEqual(['about'])
  })

  test('names all missing ids in one error and answers 207', async () => {
    const [kept, archived, erased] = [1, 2, 3].map((n) =>
      portal().putContact({ properties: { email: `${n}@x.example` } }),
    )
    portal().archiveContact(archived ?? '')
    portal().gdprDeleteContact(erased ?? '')
    const { status, body } = await batchRead([kept ?? '', archived ?? '', erased ?? '', '999'])
    expect(status).toBe(207)
    expect(body.results).toHaveLength(1)
    expect(body).toMatchObject({ numErrors: 1, errors: [{ context: { ids: [archived, erased, '999'] } }] })
    const archivedOnes = await hubspot.post('/crm/v3/objects/contacts/batch/read?archived=true', {
      inputs: [{ id: archived }],
    })
    expect(archivedOnes).toMatchObject({ status: 200, body: { results: [{ id: archived, archived: true }] } })
  })

  test('returns the new record once for ids that were merged, and no error', async () => {
    const primary = portal().putContact({ properties: { email: 'a@x.example', city: 'Bonn' } })
    const other = portal().putContact({ properties: { email: 'b@x.example', city: 'Rome', jobtitle: 'CTO' } })
    const merged = portal().mergeContacts(primary, other)
    const properties = ['email', 'city', 'jobtitle', 'hs_additional_emails', 'hs_merged_object_ids']
    const { status, body } = await batchRead([primary, other], properties)
    expect([status, body.results.length, body.results[0].id]).toEqual([200, 1, merged])
    expect(body.results[0].properties).toMatchObject({
      email: 'a@x.example',
      city: 'Bonn',
      jobtitle: 'CTO',
      hs_additional_emails: 'b@x.example',
      hs_merged_object_ids: `${primary};${other}`,
    })
    expect((await hubspot.get(`/crm/v3/objects/contacts/${other}`)).body.id).toBe(merged)
  })

  test('finds by a unique property, and refuses one that is not unique', async () => {
    const id = portal().putContact({ properties: { email: 'a@x.example' } })
    expect((await batchRead(['A@x.example'], ['email'], { idProperty: 'email' })).body.results[0].id).toBe(id)
    expect((await batchRead(['Bonn'], ['city'], { idProperty: 'city' })).status).toBe(400)
  })
})

describe('pages', () => {
  test('follow one another without gap or repetition, and the last has no paging', async () => {
    const ids = Array.from({ length: 7 }, (_, n) => portal().putContact({ properties: { firstname: `n${n}` } }))
    const seen: string[] = []
    let path = '/crm/v3/objects/contacts?limit=3&properties=firstname,city&properties=email'
    for (let pages = 0; path !== '' && pages < 5; pages++) {
      const { body } = await hubspot.get(path)
      seen.push(...body.results.map(({ id }: { id: string }) => id))
      path = body.paging ? `/crm/v3/objects/contacts?limit=3&after=${body.paging.next.after}` : ''
    }
    expect(seen).toEqual(ids)
  })

  test.each([
    ['/crm/v3/objects/contacts?limit=101'],
    ['/crm/v3/objects/contacts?limit=0'],
    ['/crm/v3/objects/contacts?after=x'],
    ['/crm/v3/objects/nothings'],
    ['/crm/v3/lists/42/memberships?limit=251'],
  ])('%s is refused', async (path) => {
    portal().putList({ listId: '42', members: 'all-contacts' })
    const { status, body } = await hubspot.get(path)
    expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR'])
  })

  test.each([
    ['/crm/v3/objects/contacts/batch/read', { inputs: Array(101).fill({ id: '1' }) }],
    ['/crm/v3/objects/contacts/batch/read', {}],
    ['/crm/v4/associations/companies/contacts/batch/read', { inputs: Array(1001).fill({ id: '1' }) }],
    ['/crm/v3/objects/contacts/search', { limit: 201 }],
    ['/crm/v3/objects/contacts/search', { after: '9900', limit: 200 }],
    ['/crm/v3/objects/contacts/search', { sorts: ['nope'] }],
    ['/crm/v3/lists/search', { count: 501 }],
  ])('%s is refused when too much is asked', async (path, request) => {
    expect((await hubspot.post(path, request)).status).toBe(400)
  })

  test('a URL that is too long gets a page from the edge', async () => {
    const { status, headers } = await hubspot.get(`/crm/v3/objects/contacts?properties=${'x'.repeat(17_000)}`)
    expect([status, headers.get('content-type')]).toEqual([414, 'text/html; charset=utf-8'])
  })
})

describe('search', () => {
  const search = async (filters: object[], more: object = {}) =>
    (await hubspot.post('/crm/v3/objects/contacts/search', { filterGroups: [{ filters }], ...more })).body

  test.each([
    [{ propertyName: 'city', operator: 'EQ', value: 'bonn' }, ['101', '103']],
    [{ propertyName: 'annual_spend', operator: 'GT', value: '9' }, ['102', '103']],
    [{ propertyName: 'annual_spend', operator: 'LTE', value: '10' }, ['101', '102']],
    [{ propertyName: 'city', operator: 'IN', values: ['rome', 'oslo'] }, ['102']],
    [{ propertyName: 'phone', operator: 'HAS_PROPERTY' }, ['103']],
    [{ propertyName: 'hs_object_id', operator: 'GT', value: '101' }, ['102', '103']],
    [{ propertyName: 'lastmodifieddate', operator: 'GTE', value: '2100-01-01T00:00:00Z' }, []],
  ])('by %o', async (filter, expected) => {
    portal().putContact({ id: 101, properties: { city: 'Bonn', annual_spend: '9' } })
    portal().putContact({ id: 102, properties: { city: 'Rome', annual_spend: '10' } })
    portal().putContact({ id: 103, properties: { city: 'Bonn', annual_spend: '100', phone: '1' } })
    const { total, results } = await search([filter])
    expect([total, results.map(({ id }: { id: string }) => id)]).toEqual([expected.length, expected])
  })

  test('refuses a filter on a property that does not exist', async () => {
    const body = await search([{ propertyName: 'nope', operator: 'HAS_PROPERTY' }])
    expect(body.errors[0].code).toBe('PROPERTY_DOESNT_EXIST')
  })

  test('returns further pages and sees an edit in between', async () => {
    for (let n = 0; n < 5; n++) portal().putContact({ properties: { firstname: `n${n}` } })
    const more = { limit: 2, sorts: [{ propertyName: 'hs_object_id', direction: 'DESCENDING' }] }
    const first = await search([], more)
    expect([first.total, first.results[0].id, first.paging.next.after]).toEqual([5, '105', '2'])
    portal().archiveContact('105')
    expect((await search([], { ...more, after: '2' })).results.map(({ id }: { id: string }) => id)).toEqual([
      '102',
      '101',
    ])
  })
})
