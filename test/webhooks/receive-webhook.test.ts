import { request as httpRequest } from 'node:http'
import { expect, test } from 'vitest'
import { signatureV3 } from '../../simulator/index.ts'
import type { LiveUpdates } from '../../src/generated/prisma/enums.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const simulator = await startTestSimulator({ portals: [{ hubId: 33, empty: true }] })
const api = await startTestApi({ simulator })
const { prisma } = api.database
const publicUrl = 'http://localhost:4000'

/** A workspace of portal 33 that has started its sync, with contacts and accounts. */
async function workspaceWith(liveUpdates: LiveUpdates, settings: { activatedAt?: Date | null } = {}) {
  const workspace = await api.createWorkspace()
  await api.connect(workspace)
  const { workspaceId } = workspace
  const on = { contactsEnabled: true, accountsEnabled: true, activatedAt: new Date(), liveUpdates }
  await prisma.syncSettings.create({ data: { workspaceId, ...on, ...settings } })
  return workspaceId
}

function send(events: readonly object[], { secret = simulator.clientSecret, timestamp = String(Date.now()) } = {}) {
  const body = JSON.stringify(events)
  const signature = signatureV3(secret, { method: 'POST', url: `${publicUrl}/webhooks/hubspot`, body, timestamp })
  const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp }
  return fetch(`${api.url}/webhooks/hubspot`, { method: 'POST', body, headers })
}

const event = (objectId: number, more: object = {}) => ({
  portalId: 33,
  occurredAt: Date.now(),
  subscriptionType: 'contact.propertyChange',
  objectId,
  ...more,
})

const changesOf = (workspaceId: string) =>
  prisma.hubSpotChange.findMany({ where: { workspaceId }, orderBy: { hubspotId: 'asc' } })

test('B72, I8: events are stored as one row per record, however often they arrive, in every workspace of the portal', async () => {
  const one = await workspaceWith('WEBHOOKS')
  const other = await workspaceWith('WEBHOOKS')
  const first = event(101, { occurredAt: 1_000 })
  const batch = [event(101, { occurredAt: 2_000 }), first, event(102), event(7, { portalId: 34 })]

  const answers = [
    await send(batch),
    await send([first]),
    await send([event(55, { subscriptionType: 'company.creation' })]),
  ]

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  for (const workspaceId of [one, other]) {
    expect(await changesOf(workspaceId)).toMatchObject([
      { hubspotId: 55n, objectType: 'ACCOUNT', kind: 'CHANGED' },
      { hubspotId: 101n, objectType: 'CONTACT', kind: 'CHANGED', occurredAt: new Date(1_000) },
      { hubspotId: 102n, objectType: 'CONTACT', kind: 'CHANGED' },
    ])
  }
})

test('B37: only started workspaces that chose webhooks take part; a privacy deletion is stored in all', async () => {
  const off = await workspaceWith('OFF')
  const journal = await workspaceWith('JOURNAL')
  const notStarted = await workspaceWith('WEBHOOKS', { activatedAt: null })
  const unsaved = await api.createWorkspace()
  await api.connect(unsaved)

  await send([event(201), event(202, { subscriptionType: 'contact.privacyDeletion' })])

  for (const workspaceId of [off, journal, notStarted, unsaved.workspaceId]) {
    expect(await changesOf(workspaceId)).toMatchObject([{ hubspotId: 202n, kind: 'PRIVACY_DELETED' }])
  }
})

test('B59: the primary of a merge is known from its event', async () => {
  const workspaceId = await workspaceWith('WEBHOOKS')
  const merge = { subscriptionType: 'contact.merge', primaryObjectId: 303, mergedObjectIds: [302], newObjectId: 309 }

  await send([event(303, merge)])

  expect(await prisma.hubSpotAlias.findMany({ where: { workspaceId } })).toMatchObject([
    { objectType: 'CONTACT', hubspotId: 303n, mergedIntoId: 309n, isPrimary: true },
  ])
  expect((await changesOf(workspaceId)).map(({ hubspotId }) => hubspotId)).toEqual([302n, 303n, 309n])
})

test('B72: a request that HubSpot did not sign recently is answered with 401 and not stored', async () => {
  const workspaceId = await workspaceWith('WEBHOOKS')
  const events = [event(401)]

  const forged = await send(events, { secret: 'guessed' })
  const old = await send(events, { timestamp: String(Date.now() - 6 * 60_000) })
  const bare = await fetch(`${api.url}/webhooks/hubspot`, { method: 'POST', body: JSON.stringify(events) })

  expect([forged.status, old.status, bare.status]).toEqual([401, 401, 401])
  expect(await changesOf(workspaceId)).toEqual([])
})

test('B72: a body that is not a list of events is answered with 400, one that is too large with 413, another method with 404', async () => {
  const notEvents = await send({} as never)
  const get = await fetch(`${api.url}/webhooks/hubspot`)
  const tooLarge = await new Promise<number | undefined>((resolve, reject) => {
    const request = httpRequest(`${api.url}/webhooks/hubspot`, { method: 'POST' }, (response) => {
      resolve(response.statusCode)
      request.destroy()
    })
    request.on('error', reject)
    request.setHeader('content-length', 9 * 1024 * 1024)
    request.write('[')
  })

  expect([notEvents.status, get.status, tooLarge]).toEqual([400, 404, 413])
})
