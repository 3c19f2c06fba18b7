import { beforeEach, describe, expect, test } from 'vitest'
import type { PortalChange } from '../../simulator/index.ts'
import { simulatedHubSpot } from './simulated-hubspot.ts'

const hubspot = simulatedHubSpot({ portals: [{ hubId: 5, empty: true, rateLimit: null }] })
const control = async (action: string, body: object = {}) =>
  (await hubspot.post(`/control/portals/5/${action}`, body)).body

beforeEach(async () => {
  await control('reset')
  await hubspot.post('/control/requests/reset')
})

test('a portal is created and changed over HTTP', async () => {
  const { id: a } = await control('put-contact', { properties: { email: 'a@x.example' } })
  const { id: b } = await control('put-contact', { id: 500, properties: { firstname: 'B' } })
  const { id: company } = await control('put-company', { properties: { name: 'X' } })
  await control('associate', { companyId: company, contactId: a })
  await control('put-list', { listId: '42', name: 'All', members: 'all-contacts' })
  await control('archive-contact', { id: b })
  await control('put-property', {
    objectType: 'contacts',
    property: { name: 'shoe_size', label: 'Shoe size', type: 'number' },
  })
  await control('put-owner', { id: '7', email: 'o@x.example' })

  const members = await hubspot.get('/crm/v3/lists/42/memberships')
  expect(members.body.results.map(({ recordId }: { recordId: string }) => recordId)).toEqual([a])
  expect((await hubspot.get('/crm/v3/owners/7')).body.email).toBe('o@x.example')
  expect((await hubspot.get('/crm/v3/properties/contacts/shoe_size')).body.type).toBe('number')
  await control('restore-contact', { id: b })
  const { id: merged } = await control('merge-contacts', { primaryId: a, otherId: b })
  expect(await control('get-contact', { id: b })).toMatchObject({ id: merged, properties: { firstname: 'B' } })
  const { body: portals } = await hubspot.post('/control/portals')
  expect(portals[0]).toMatchObject({ hubId: 5, contacts: 1, companies: 1, lists: [{ listId: '42' }] })
})

test.each([
  ['/control/portals/5/fly', /No action fly/],
  ['/control/portals/6/reset', /No portal 6/],
  ['/control/portals/5/archive-contact', /id/],
  ['/control/portals/5/delete-list', /listId/],
  ['/control/faults/add', /kind/],
])('an invalid request to %s says why', async (path, reason) => {
  const { status, body } = await hubspot.post(path)
  expect([status, reason.test(body.error)]).toEqual([400, true])
})

test('faults are turned on and off over HTTP, and do not affect the controls', async () => {
  const { body } = await hubspot.post('/control/faults/add', { kind: 'down' })
  await expect(hubspot.get('/crm/v3/owners')).rejects.toThrow()
  expect((await hubspot.post('/control/faults')).body).toEqual([{ kind: 'down', id: body.id, hits: 1 }])
  await hubspot.post('/control/faults/remove', { id: body.id })
  expect((await hubspot.get('/crm/v3/owners')).status).toBe(200)
})

describe('requests are recorded', () => {
  test('by route and status, and anything that is not a read by itself', async () => {
    await hubspot.get('/crm/v3/owners')
    await hubspot.get('/crm/v3/owners/1')
    await hubspot.post('/crm/v3/objects/contacts/batch/read', { inputs: [{ id: '1' }] })
    await hubspot.post('/crm/v3/objects/contacts/search')
    expect(hubspot.simulator.requests.nonReads).toEqual([])
    await hubspot.post('/crm/v3/objects/contacts/batch/update', { inputs: [] })
    await fetch(`${hubspot.simulator.url}/crm/v3/objects/contacts/1`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
    })
    const { body } = await hubspot.post('/control/requests')
    expect(body.nonReads).toEqual([
      { method: 'POST', url: '/crm/v3/objects/contacts/batch/update' },
      { method: 'DELETE', url: '/crm/v3/objects/contacts/1' },
    ])
    expect(body.counts).toMatchObject({ 'GET /crm/v3/owners': 1, 'POST /crm/v3/objects/:objectType/batch/read': 1 })
    expect(body.statuses).toMatchObject({ 200: 2, 207: 1 })
    expect(hubspot.simulator.requests.countOf('/owners')).toBe(2)
  })
})

test('changes are announced once they can be read', () => {
  const portal = hubspot.simulator.portal()
  const changes: PortalChange[] = []
  const stop = portal.onChange((change) => changes.push(change))
  const a = portal.putContact({ properties: { firstname: 'A' } })
  const b = portal.putContact({ properties: {} })
  portal.putContact({ id: a, properties: { firstname: 'A' } })
  portal.archiveContact(b)
  portal.restoreContact(b)
  const merged = portal.mergeContacts(a, b)
  portal.gdprDeleteContact(merged)
  stop()
  portal.putContact({ properties: {} })
  const kinds = changes.map(({ kind }) => kind)
  expect(kinds).toEqual(['creation', 'propertyChange', 'creation', 'deletion', 'restore', 'merge', 'privacyDeletion'])
})

test('a portal can hold one small world after another', () => {
  const portal = hubspot.simulator.portal()
  for (let world = 0; world < 1000; world++) {
    portal.reset()
    const ids = [1, 2, 3].map((n) => portal.putContact({ properties: { email: `${n}@x.example` } }))
    portal.putList({ listId: '42', members: ids })
    expect(ids.map((id) => portal.contact(id)?.properties.email)).toEqual(['1', '2', '3'].map((n) => `${n}@x.example`))
  }
})
