import { expect, test } from 'vitest'
import { openHubSpot } from '../../src/hubspot/gateway.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { type JournalContext, pollJournal } from '../../src/webhooks/poll-journal.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestSync, setUpListSync, startTestSimulator, unlimited } from '../support/test-sync.ts'
import { mappings, tellStore, workOff } from './live-fixture.ts'

const never = new AbortController().signal

/** An empty portal, and a workspace that pulls its changes from the journal and has started its sync of list 42. */
async function givenJournal({ members = 'all-contacts' as const, isStarted = true } = {}) {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  portal.putList({ listId: '42', members })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', mappings)
  await updateSyncSettings(sync.context, sync.viewer, { liveUpdates: 'JOURNAL' })
  if (isStarted) await sync.sync()
  const hubspot = openHubSpot({
    environment: {
      clientId: simulator.clientId,
      clientSecret: simulator.clientSecret,
      apiUrl: simulator.url,
      appUrl: simulator.url,
      apiVersion: '2026-03',
      callSharePercent: 100,
    },
    publicUrl: 'http://localhost',
    budget: unlimited,
    pause: async (_ms, signal) => signal?.throwIfAborted(),
  })
  cleanUp(() => hubspot.close())
  const context: JournalContext = {
    database: sync.database,
    journal: hubspot.journal,
    appId: simulator.clientId,
    everyMs: 0,
    now: sync.context.now,
    log: sync.context.log,
  }
  return {
    simulator,
    portal,
    sync,
    context,
    poll: () => pollJournal(context, never),
    catchUp: async () => {
      await pollJournal(context, never)
      await workOff(sync)
    },
    tell: () => tellStore(sync),
  }
}

test('B59, B71: changes from the journal are in the store after a poll, which begins where the last one ended', async () => {
  const { portal, sync, poll, catchUp, tell } = await givenJournal()
  await poll()
  const ada = portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })
  const bob = portal.putContact({ properties: { firstname: 'Bob', email: 'bob@x.example' } })
  await catchUp()
  expect(await tell()).toEqual([`${ada} Ada ada@x.example ACTIVE`, `${bob} Bob bob@x.example ACTIVE`])

  portal.putContact({ id: ada, properties: { lastname: 'Lovelace' } })
  portal.archiveContact(bob)
  expect(await poll()).toBe(1)
  await workOff(sync)

  expect(await tell()).toEqual([`${ada} Ada Lovelace ada@x.example ACTIVE`, `${bob} Bob bob@x.example SOURCE_DELETED`])
  expect(await poll()).toBe(0)
})

test('B27, B58, B71: the journal reports who joined and left the list, which webhooks do not', async () => {
  const { simulator, portal, poll, catchUp, tell } = await givenJournal({ members: [] as never })
  const ada = portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })
  await poll()
  expect(await tell()).toEqual([])

  portal.setListMembers('42', [ada])
  await catchUp()
  expect(await tell()).toEqual([`${ada} Ada ada@x.example ACTIVE`])
  portal.setListMembers('42', [])
  await catchUp()

  expect(await tell()).toEqual([`${ada} Ada ada@x.example OUT_OF_SCOPE`])
  const ofLists = simulator.journal.subscriptions.filter((one) => one.subscriptionType === 'LIST_MEMBERSHIP')
  expect(ofLists).toMatchObject([{ listIds: [42] }])
})

test('B61: a privacy deletion also arrives through the journal', async () => {
  const { portal, poll, catchUp, tell } = await givenJournal()
  await poll()
  const ada = portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })
  await catchUp()

  portal.gdprDeleteContact(ada)
  await catchUp()

  expect(await tell()).toEqual([`${ada}  SOURCE_DELETED`])
})

test('B71: only mapped properties are subscribed to, once, and again when the mapping changes', async () => {
  const { simulator, sync, poll } = await givenJournal()
  const subscribing = () => simulator.requests.counts['POST /webhooks-journal/subscriptions/2026-03'] ?? 0
  await poll()
  await poll()
  expect(subscribing()).toBe(3)
  const [ofContacts] = simulator.journal.subscriptions.filter((one) => one.subscriptionType === 'OBJECT')
  expect(ofContacts?.properties).toEqual([
    'associatedcompanyid',
    'email',
    'firstname',
    'hs_additional_emails',
    'lastname',
    'phone',
  ])

  await updateSyncSettings(sync.context, sync.viewer, { accountsEnabled: true })
  await poll()

  expect(
    simulator.journal.subscriptions.map(({ subscriptionType, objectTypeId }) => [subscriptionType, objectTypeId]),
  ).toEqual(
    expect.arrayContaining([
      ['OBJECT', '0-2'],
      ['ASSOCIATION', '0-1'],
    ]),
  )
  expect(subscribing()).toBe(5)
})

test('B72: an offset that has expired leads to the earliest available entry', async () => {
  const { simulator, portal, poll, catchUp, tell } = await givenJournal()
  await poll()
  portal.putContact({ properties: { firstname: 'Lost', email: 'lost@x.example' } })
  await poll()
  simulator.journal.expire()
  const ada = portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })

  await catchUp()

  expect(await tell()).toContain(`${ada} Ada ada@x.example ACTIVE`)
})

test('B11: one of two processes polls at a time, and none does before the sync was started', async () => {
  const { simulator, sync, portal, context } = await givenJournal()
  await pollJournal(context, never)
  portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })

  const taken = await Promise.all([pollJournal(context, never), pollJournal(context, never)])

  expect(taken.reduce((sum, count) => sum + count)).toBe(1)
  await sync.database.prisma.syncSettings.updateMany({ data: { activatedAt: null } })
  const before = simulator.requests.total
  await pollJournal(context, never)
  expect(simulator.requests.total).toBe(before)
})

test('B71: processes that poll too often do not ask HubSpot more often', async () => {
  const { simulator, portal, context, tell, sync } = await givenJournal()
  const slow = { ...context, everyMs: 60_000 }
  await pollJournal(slow, never)
  portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })
  const before = simulator.requests.total

  expect(await pollJournal(slow, never)).toBe(0)
  expect(simulator.requests.total).toBe(before)

  const later = { ...slow, now: () => new Date(Date.now() + 60_000) }
  expect(await pollJournal(later, never)).toBe(1)
  await workOff(sync)
  expect(await tell()).toHaveLength(1)
})

test('B71: an expired token is renewed, and a fault of HubSpot costs a repeated call', async () => {
  const { simulator, portal, poll, catchUp, tell } = await givenJournal()
  await poll()
  simulator.faults.add({ kind: 'expired-token', path: '/webhooks-journal', count: 1 })
  simulator.faults.add({ kind: 'bad-gateway-html', path: '/journal-files', count: 1 })
  simulator.faults.add({ kind: 'reset', path: '/webhooks-journal', count: 1 })
  const ada = portal.putContact({ properties: { firstname: 'Ada', email: 'ada@x.example' } })

  await catchUp()

  expect(await tell()).toEqual([`${ada} Ada ada@x.example ACTIVE`])
})
