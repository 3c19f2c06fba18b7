import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { signatureV3, type WebhookSettings } from '../../simulator/index.ts'
import { cleanUp } from '../support/clean-up.ts'
import { startTestSimulator } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

interface Received {
  readonly signature: string
  readonly timestamp: string
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: events of every kind
  readonly events: any[]
}

/** An app that receives webhooks. `answers` are its first statuses; then it answers 204. */
async function startApp({ answers = [], ...settings }: Partial<WebhookSettings> & { answers?: number[] } = {}) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp } = request.headers
    received.push({ signature: String(signature), timestamp: String(timestamp), body, events: JSON.parse(body) })
    response.writeHead(answers.shift() ?? 204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp(() => new Promise((resolve) => server.close(resolve)))
  const targetUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/hubspot`
  const simulator = await startTestSimulator({ portals: [{ hubId: 33, empty: true }] })
  simulator.webhooks.configure({ targetUrl, isHeld: true, retryDelaysMs: [1, 1], ...settings })
  return { simulator, portal: simulator.portal(), targetUrl, received, events: () => received.flatMap((r) => r.events) }
}

test('every kind of change causes the documented events, signed over the body as sent', async () => {
  const { simulator, portal, targetUrl, received, events } = await startApp()
  const a = portal.putContact({ properties: { firstname: 'Zoë' } })
  const b = portal.putContact({ properties: {} })
  const company = portal.putCompany({ properties: {} })
  portal.putContact({ id: a, properties: { firstname: 'Zoé' } })
  portal.associate(company, a)
  portal.archiveContact(b)
  portal.restoreContact(b)
  const merged = portal.mergeContacts(a, b)
  portal.gdprDeleteContact(merged)

  await simulator.webhooks.flush()

  expect(events().map((event) => event.subscriptionType)).toEqual([
    'contact.creation',
    'contact.propertyChange',
    'contact.creation',
    'company.creation',
    'contact.propertyChange',
    'contact.associationChange',
    'company.associationChange',
    'contact.deletion',
    'contact.restore',
    'contact.merge',
    'contact.privacyDeletion',
    'contact.deletion',
  ])
  expect(events()[4]).toMatchObject({
    portalId: 33,
    appId: 1160452,
    attemptNumber: 0,
    objectId: Number(a),
    propertyName: 'firstname',
    propertyValue: 'Zoé',
    occurredAt: expect.any(Number),
  })
  expect(events()[5]).toMatchObject({
    associationType: 'CONTACT_TO_COMPANY',
    fromObjectId: Number(a),
    toObjectId: Number(company),
    associationRemoved: false,
    isPrimaryAssociation: true,
  })
  expect(events()[9]).toMatchObject({
    primaryObjectId: Number(a),
    mergedObjectIds: [Number(b)],
    newObjectId: Number(merged),
  })
  const [{ signature, timestamp, body } = { signature: '', timestamp: '', body: '' }] = received
  const secret = simulator.clientSecret
  expect(signature).toBe(signatureV3(secret, { method: 'POST', url: targetUrl, body, timestamp }))
})

test('generic subscriptions name the kind of object by its id', async () => {
  const { simulator, portal, events } = await startApp({ format: 'object.*' })
  const contact = portal.putContact({ properties: {} })
  portal.associate(portal.putCompany({ properties: {} }), contact)
  portal.gdprDeleteContact(contact)

  await simulator.webhooks.flush()

  expect(events()).toMatchObject([
    { subscriptionType: 'object.creation', objectTypeId: '0-1' },
    { subscriptionType: 'object.creation', objectTypeId: '0-2' },
    { subscriptionType: 'object.associationChange', fromObjectTypeId: '0-1', toObjectTypeId: '0-2' },
    { subscriptionType: 'object.associationChange', fromObjectTypeId: '0-2', toObjectTypeId: '0-1' },
    { subscriptionType: 'contact.privacyDeletion' },
    { subscriptionType: 'object.deletion', objectTypeId: '0-1' },
  ])
})

test('at most 100 events are sent per request; a failed request is repeated and counts its attempts', async () => {
  const { simulator, portal, received } = await startApp({ answers: [500, 404] })
  for (let n = 0; n < 250; n++) portal.putContact({ properties: {} })

  await simulator.webhooks.flush()

  const sizes = received.map(({ events }) => events.length)
  expect(sizes.toSorted((a, b) => a - b)).toEqual([50, 100, 100, 100, 100])
  expect(received.flatMap(({ events }) => events).filter((event) => event.attemptNumber === 1)).toHaveLength(200)
  expect(simulator.webhooks.counts).toMatchObject({ delivered: 250, givenUp: 0, requests: { 204: 3, 404: 1, 500: 1 } })
})

test('events are duplicated, shuffled, and lost as configured, in the same way every time', async () => {
  const { simulator, portal, events } = await startApp({ duplicateShare: 1, dropShare: 0.1, shuffle: true })
  const ids = Array.from({ length: 500 }, () => portal.putContact({ properties: {} }))

  await simulator.webhooks.flush()

  const { dropped } = simulator.webhooks.counts
  expect(dropped).toBeGreaterThan(20)
  expect(dropped).toBeLessThan(90)
  const received = events().map((event) => String(event.objectId))
  expect(received).toHaveLength(2 * (500 - dropped))
  expect(new Set(received).size).toBe(500 - dropped)
  const firsts = [...new Set(received)]
  expect(firsts).not.toEqual(ids.filter((id) => firsts.includes(id)))
})

test('events are sent by themselves unless they are held, also when requested over HTTP', async () => {
  const { simulator, portal, received } = await startApp()
  const control = (path: string, body: object = {}) =>
    fetch(simulator.url + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }).then((response) => response.json())
  portal.putContact({ properties: {} })
  expect(await control('/control/webhooks')).toMatchObject({ counts: { waiting: 1 } })
  expect(await control('/control/webhooks/flush')).toMatchObject({ waiting: 0, delivered: 1 })

  await control('/control/webhooks/configure', { isHeld: false })
  portal.putContact({ properties: {} })

  await waitFor(() => received.length === 2)
  expect(await control('/control/webhooks/configure', { batchSize: 101 })).toMatchObject({
    error: expect.stringContaining('100'),
  })
})
