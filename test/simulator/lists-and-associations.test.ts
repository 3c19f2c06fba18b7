import { beforeEach, describe, expect, test } from 'vitest'
import { simulatedHubSpot } from './simulated-hubspot.ts'

const hubspot = simulatedHubSpot({ portals: [{ empty: true, rateLimit: null, associationRateLimit: null }] })
const portal = () => hubspot.simulator.portal()
const people = (count: number) =>
  Array.from({ length: count }, (_, n) => portal().putContact({ properties: { firstname: `n${n}` } }))

beforeEach(() => {
  portal().reset()
  portal().configure({ deletedListMemberships: 'not-found', associationPageSize: 500 })
})

const walk = async (path: string, cursor: 'after' | 'before', start = ''): Promise<string[]> => {
  const seen: string[] = []
  for (let token = start; ; ) {
    const { body } = await hubspot.get(`${path}?limit=2${token && `&${cursor}=${token}`}`)
    seen.push(...body.results.map(({ recordId }: { recordId: string }) => recordId))
    token = body.paging?.[cursor === 'after' ? 'next' : 'prev']?.[cursor] ?? ''
    if (token === '') return seen
  }
}

describe('list memberships', () => {
  test('are returned ascending after a cursor and descending before one', async () => {
    const ids = people(5)
    portal().putList({ listId: '42', members: [...ids].reverse() })
    const path = '/crm/v3/lists/42/memberships'
    expect(await walk(path, 'after')).toEqual(ids)
    const from = Buffer.from(String(ids[4])).toString('base64')
    expect(await walk(path, 'before', from)).toEqual(ids.slice(0, 4).reverse())
  })

  test('follow contacts that are archived, restored, and merged', async () => {
    const [a = '', b = '', c = ''] = people(3)
    portal().putList({ listId: '42', members: 'all-contacts' })
    portal().putList({ listId: '7', members: [a, b] })
    portal().archiveContact(c)
    expect(await walk('/crm/v3/lists/42/memberships', 'after')).toEqual([a, b])
    portal().restoreContact(c)
    const merged = portal().mergeContacts(a, c)
    expect(await walk('/crm/v3/lists/42/memberships', 'after')).toEqual([b, merged])
    expect(await walk('/crm/lists/2026-03/7/memberships/join-order', 'after')).toEqual([b, merged])
  })

  test('of a deleted list are gone or empty, as configured', async () => {
    portal().putList({ listId: '42', members: people(2) })
    portal().deleteList('42')
    const list = await hubspot.get('/crm/v3/lists/42')
    expect([list.status, typeof list.body.list.deletedAt]).toEqual([200, 'string'])
    expect((await hubspot.post('/crm/v3/lists/search', { offset: 0 })).body.total).toBe(0)
    expect((await hubspot.get('/crm/v3/lists/42/memberships')).status).toBe(404)
    portal().configure({ deletedListMemberships: 'empty' })
    expect((await hubspot.get('/crm/v3/lists/42/memberships')).body).toEqual({ total: 0, results: [] })
    expect((await hubspot.get('/crm/v3/lists/43')).status).toBe(404)
  })
})

test('a list returns its size only on request', async () => {
  portal().putList({ listId: '42', name: 'All', members: people(3) })
  const sizes = await Promise.all(
    [[], ['hs_list_size']].map(async (additionalProperties) => {
      const { body } = await hubspot.post('/crm/v3/lists/search', { offset: 0, query: 'al', additionalProperties })
      return body.lists[0].additionalProperties
    }),
  )
  expect(sizes).toEqual([{}, { hs_list_size: '3' }])
})

describe('associations', () => {
  const read = (inputs: object[]) => hubspot.post('/crm/v4/associations/companies/contacts/batch/read', { inputs })

  test('are numbers, paged for each company, and 207 names companies that have none', async () => {
    const [a = '', b = '', c = ''] = people(3)
    const [full = '', lonely = ''] = ['Full', 'Lonely'].map((name) => portal().putCompany({ properties: { name } }))
    for (const id of [c, a, b]) portal().associate(full, id)
    portal().configure({ associationPageSize: 2 })
    const { status, body } = await read([{ id: full }, { id: lonely }])
    expect(status).toBe(207)
    expect(body.results[0].to.map((to: { toObjectId: number }) => to.toObjectId)).toEqual([Number(a), Number(b)])
    expect(body.errors[0]).toMatchObject({
      subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
      context: { fromObjectId: [lonely] },
    })
    const rest = await read([{ id: full, after: body.results[0].paging.next.after }])
    expect(rest.status).toBe(200)
    expect(rest.body.results[0]).not.toHaveProperty('paging')
    expect(rest.body.results[0].to[0].toObjectId).toBe(Number(c))
  })

  test('a contact has one primary company, even after a merge', async () => {
    const [a = '', b = ''] = people(2)
    const [x = '', y = ''] = ['X', 'Y'].map((name) => portal().putCompany({ properties: { name } }))
    portal().associate(x, a)
    portal().associate(y, a, { primary: true })
    portal().associate(x, b)
    const merged = portal().mergeContacts(b, a)
    const { body } = await hubspot.get(
      `/crm/v3/objects/contacts/${merged}?properties=associatedcompanyid&associations=companies`,
    )
    expect(body.properties.associatedcompanyid).toBe(x)
    const primary = body.associations.companies.results.filter(({ type }: { type: string }) => type.endsWith('primary'))
    expect(primary).toEqual([{ id: x, type: 'contact_to_company_primary' }])
    portal().dissociate(x, merged)
    expect((await read([{ id: x }])).status).toBe(207)
  })
})
