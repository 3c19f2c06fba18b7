import { beforeEach, describe, expect, test } from 'vitest'
import { simulatedHubSpot } from './simulated-hubspot.ts'

const hubspot = simulatedHubSpot({ portals: [{ hubId: 5, empty: true, rateLimit: null, associationRateLimit: null }] })
const portal = () => hubspot.simulator.portal()
const control = (action: string, body: object = {}) => hubspot.post(`/control/portals/5/${action}`, body)
let ids: string[]

beforeEach(async () => {
  portal().reset()
  portal().configure({
    cursors: 'documented',
    repeatsAtBorders: false,
    omittedIds: [],
    failingIds: [],
    missingPaths: [],
    associationPageSize: 2,
  })
  hubspot.simulator.configureTokens({ refusals: 'documented' })
  ids = Array.from({ length: 5 }, (_, n) => portal().putContact({ properties: { firstname: `n${n}` } }))
  const company = portal().putCompany({ id: 900, properties: { name: 'Acme' } })
  for (const id of ids) portal().associate(company, id)
  portal().putList({ listId: '42', members: ids })
})

const pages = {
  members: async (after: string) =>
    (await hubspot.get(`/crm/v3/lists/42/memberships?limit=2${after && `&after=${after}`}`)).body,
  contacts: async (after: string) =>
    (await hubspot.get(`/crm/v3/objects/contacts?limit=2${after && `&after=${after}`}`)).body,
  associations: async (after: string) => {
    const inputs = [{ id: '900', ...(after && { after }) }]
    return (await hubspot.post('/crm/v4/associations/companies/contacts/batch/read', { inputs })).body.results[0]
  },
}

const idOf = (result: { recordId?: string; toObjectId?: number; id?: string }) =>
  String(result.recordId ?? result.toObjectId ?? result.id)

describe.each(Object.entries(pages))('pages of %s', (_name, page) => {
  test('continue at a cursor that is a number', async () => {
    await control('configure', { cursors: 'number' })

    const first = await page('')
    const second = await page(String(first.paging.next.after))

    expect(typeof first.paging.next.after).toBe('number')
    expect((second.results ?? second.to).map(idOf)).toEqual(ids.slice(2, 4))
  })

  test('have their cursor only in the link, or nowhere', async () => {
    await control('configure', { cursors: 'link-only' })
    expect(Object.keys((await page('')).paging.next)).toEqual(['link'])

    await control('configure', { cursors: 'unreadable' })
    expect((await page('')).paging.next).toEqual({})
  })

  test('repeat the last record of the previous page', async () => {
    await control('configure', { repeatsAtBorders: true })

    const first = await page('')
    const second = await page(String(first.paging.next.after))

    expect((second.results ?? second.to).map(idOf)).toEqual(ids.slice(1, 3))
  })
})

test.each([
  ['omittedIds', 200, undefined],
  ['failingIds', 207, [{ status: 'error', category: 'INTERNAL_ERROR', message: 'internal error' }]],
])('a batch/read omits %s, and does not say which', async (setting, status, errors) => {
  await control('configure', { [setting]: [ids[1]] })
  const inputs = ids.map((id) => ({ id }))

  const read = await hubspot.post('/crm/v3/objects/contacts/batch/read', { inputs, properties: [] })

  expect(read.status).toBe(status)
  expect(read.body.results.map(idOf)).toEqual(ids.filter((id) => id !== ids[1]))
  expect(read.body.errors).toEqual(errors)
})

test('only calls to missing paths are answered with 404', async () => {
  await control('configure', { missingPaths: ['/owners'] })

  expect((await hubspot.get('/crm/v3/owners')).status).toBe(404)
  expect((await hubspot.get('/crm/v3/properties/contacts')).status).toBe(200)
})

test('a list that is being rebuilt is PROCESSING and shows a part of its members until it is complete', async () => {
  const shown = async () => (await pages.members('')).total
  await control('rebuild-list', { listId: '42', members: ids.slice(0, 2) })
  expect((await hubspot.get('/crm/v3/lists/42')).body.list.processingStatus).toBe('PROCESSING')
  expect(await shown()).toBe(2)

  await control('complete-list', { listId: '42' })

  expect((await hubspot.get('/crm/v3/lists/42')).body.list.processingStatus).toBe('COMPLETE')
  expect(await shown()).toBe(5)
})

test.each([
  ['short', 400, '{"status":"BAD_REFRESH_TOKEN"}'],
  ['web-page', 403, expect.stringContaining('<title>403 Forbidden</title>')],
])('a refresh is refused %s', async (refusals, status, body) => {
  await hubspot.post('/control/tokens/configure', { refusals })
  const { url, clientId, clientSecret } = hubspot.simulator
  const form = { grant_type: 'refresh_token', client_id: clientId, client_secret: clientSecret, refresh_token: 'none' }

  const answer = await fetch(`${url}/oauth/v3/token`, { method: 'POST', body: new URLSearchParams(form) })

  expect([answer.status, await answer.text()]).toEqual([status, body])
})
