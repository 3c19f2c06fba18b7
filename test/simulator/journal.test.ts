import { beforeEach, expect, test } from 'vitest'
import { publishedSchema } from './published-schema.ts'
import { simulatedHubSpot } from './simulated-hubspot.ts'

const hubId = 33
const hubspot = simulatedHubSpot({
  portals: [
    { hubId, empty: true },
    { hubId: 34, empty: true },
  ],
})
const base = '/webhooks-journal/journal/2026-03'
const subscriptions = '/webhooks-journal/subscriptions/2026-03'
const scopes = [
  'developer.webhooks_journal.read',
  'developer.webhooks_journal.subscriptions.read',
  'developer.webhooks_journal.subscriptions.write',
]

let token = ''

beforeEach(async () => {
  const { clientId, clientSecret } = hubspot.simulator
  const { body } = await hubspot.form('/oauth/2026-03/token', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: scopes.join(' '),
  })
  token = body.access_token
  hubspot.simulator.journal.expire()
})

const subscribe = (body: object) => hubspot.post(subscriptions, { portalId: hubId, ...body }, token)

const subscribeToContacts = (properties: string[] = []) =>
  subscribe({
    subscriptionType: 'OBJECT',
    objectTypeId: '0-1',
    actions: ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'],
    objectIds: [],
    properties,
  })

const file = async (entry: { url: string }) => (await fetch(entry.url)).json()

test('entries are pulled in order, each pointing to a file of events, as published', async () => {
  const subscribed = await subscribeToContacts()
  expect(publishedSchema('webhooks-journal-2026-03')(`post ${subscriptions} 200`, subscribed.body)).toEqual([])
  const portal = hubspot.simulator.portal()
  expect((await hubspot.get(`${base}/latest`, token)).status).toBe(204)
  const id = portal.putContact({ properties: { email: 'a@x.example' } })
  const first = (await hubspot.get(`${base}/earliest`, token)).body
  portal.archiveContact(id)
  portal.restoreContact(id)

  const next = (await hubspot.get(`${base}/offset/${first.currentOffset}/next`, token)).body

  expect((await hubspot.get(`${base}/latest`, token)).body.currentOffset).toBe(next.currentOffset)
  expect((await hubspot.get(`${base}/offset/${next.currentOffset}/next`, token)).status).toBe(204)
  const { journalEvents, offset } = await file(next)
  expect(offset).toBe(next.currentOffset)
  expect(journalEvents).toMatchObject([
    { type: 'OBJECT', portalId: hubId, action: 'DELETE', objectTypeId: '0-1', objectId: Number(id) },
    { type: 'OBJECT', portalId: hubId, action: 'RESTORE', objectTypeId: '0-1', objectId: Number(id) },
  ])
  const batch = { status: 'COMPLETE', results: [first], startedAt: first.expiresAt, completedAt: first.expiresAt }
  const operation = `get ${base}/batch/earliest/{count} 200`
  expect(publishedSchema('webhooks-journal-2026-03')(operation, batch)).toEqual([])
})

test('it contains what was subscribed to, including list memberships and privacy deletions', async () => {
  await subscribeToContacts(['email'])
  await subscribe({ subscriptionType: 'LIST_MEMBERSHIP', actions: ['ADDED_TO_LIST'], objectIds: [], listIds: [42] })
  await subscribe({ subscriptionType: 'GDPR_PRIVACY_DELETION', actions: ['GDPR_DELETE'], objectTypeId: '0-1' })
  await subscribe({
    subscriptionType: 'ASSOCIATION',
    objectTypeId: '0-1',
    actions: ['ASSOCIATION_ADDED', 'ASSOCIATION_REMOVED'],
    objectIds: [],
    associatedObjectTypeIds: ['0-2'],
  })
  const listed = await hubspot.get(subscriptions, token)
  expect(listed.body.results).toHaveLength(4)
  expect(publishedSchema('webhooks-journal-2026-03')(`get ${subscriptions} 200`, listed.body)).toEqual([])
  const portal = hubspot.simulator.portal()
  const id = portal.putContact({ properties: { firstname: 'Not subscribed', email: 'a@x.example' } })
  hubspot.simulator.portal(34).putContact({ properties: {} })
  portal.putList({ listId: '42', members: [id] })
  portal.putList({ listId: '43', members: [id] })
  portal.setListMembers('42', [])
  portal.associate(portal.putCompany({ properties: {} }), id)
  portal.gdprDeleteContact(id)

  const { journalEvents } = await file((await hubspot.get(`${base}/latest`, token)).body)

  expect(journalEvents.map((event: { action: string }) => event.action)).toEqual([
    'CREATE',
    'UPDATE',
    'ADDED_TO_LIST',
    'ASSOCIATION_ADDED',
    'GDPR_DELETE',
    'DELETE',
  ])
  expect(journalEvents[1].propertyChanges).toEqual({ email: 'a@x.example' })
  expect(journalEvents[2]).toMatchObject({ listId: 42, objectId: Number(id) })
})

test('it accepts an app token with the scope, and knows no expired offset', async () => {
  await subscribeToContacts()
  hubspot.simulator.portal().putContact({ properties: {} })
  const { currentOffset, url } = (await hubspot.get(`${base}/latest`, token)).body
  expect((await hubspot.get(`${base}/latest`)).status).toBe(401)
  expect((await fetch(url.replace(/signature=./, 'signature=x'))).status).toBe(403)
  await hubspot.post('/control/journal/expire')
  expect((await hubspot.get(`${base}/offset/${currentOffset}/next`, token)).status).toBe(404)
  const refused = await subscribe({ subscriptionType: 'OBJECT', objectTypeId: '0-1', actions: ['CREATE'] })
  expect([refused.status, refused.body.category]).toEqual([400, 'VALIDATION_ERROR'])
})
