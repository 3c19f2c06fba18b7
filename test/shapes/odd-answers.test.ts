import { describe, expect, it } from 'vitest'
import { findConnection } from '../../src/connection/find-connection.ts'
import { createCustomField } from '../../src/custom-fields/manage-custom-fields.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { setUpAccountsAndContacts, tellAccounts, tellContacts, tellErrors } from '../support/set-up-accounts.ts'
import { createTestSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'
import { passingClock, runToItsEnd } from './run-to-its-end.ts'

const tuning = { membershipLimit: 3, pageSize: 4, readLimit: 3 }
const people = 10

/** Contacts and companies in pages of three, synced once as HubSpot documents its answers. */
async function givenASyncedPortal({ fromList = true } = {}) {
  const clock = passingClock()
  const simulator = await startTestSimulator({
    portals: [{ empty: true, rateLimit: null, searchPerSecond: null }],
    clock: clock.now,
  })
  const sync = await createTestSync({ simulator, tuning, now: () => new Date(clock.now()) })
  const run = () => runToItsEnd(sync, clock)
  const portal = simulator.portal()
  portal.configure({ associationPageSize: 3, associationRateLimit: null })
  const companies = Array.from({ length: people }, (_, n) =>
    portal.putCompany({ properties: { name: `Company ${n}` } }),
  )
  const contacts = Array.from({ length: people }, (_, n) =>
    portal.putContact({ properties: { firstname: `Person ${n}`, email: `p${n}@x.example` } }),
  )
  for (const [n, contact] of contacts.entries()) portal.associate(companies[n % 2] ?? '', contact)
  portal.putList({ listId: '42', members: contacts })
  await setUpAccountsAndContacts(sync, fromList ? { listId: '42' } : {})
  expect(await run()).toMatchObject({ status: 'COMPLETED', created: 2 * people })
  return { run, simulator, portal, sync, contacts, companies, before: await tellAll(sync) }
}

const tellAll = async (sync: TestSync) => [...(await tellAccounts(sync)), ...(await tellContacts(sync))]

describe.each([{ fromList: true }, { fromList: false }])('contacts and companies, %o', (source) => {
  it.each([
    ['cursors are numbers', { cursors: 'number' }],
    ['cursors stand in links', { cursors: 'link-only' }],
    ['pages repeat at their borders', { repeatsAtBorders: true }],
  ] as const)('B26, B27: if %s, all are synced and none has left', async (_name, settings) => {
    const { run, portal, sync, before } = await givenASyncedPortal(source)
    portal.configure(settings)

    expect(await run()).toMatchObject({ status: 'COMPLETED', unchanged: 2 * people, failed: 0 })
    expect(await tellAll(sync)).toEqual(before)
  })

  it('if cursors are unreadable, the run fails and names the odd part; nobody has left', async () => {
    const { run, portal, sync, before } = await givenASyncedPortal(source)
    portal.configure({ cursors: 'unreadable' })

    const ended = await run()

    expect(ended).toMatchObject({ status: 'FAILED', failureMessage: expect.stringMatching(/\/.*paging\.next/) })
    expect(await tellAll(sync)).toEqual(before)
  })
})

describe('B57', () => {
  it.each(['omittedIds', 'failingIds'] as const)(
    'members among %s are errors of their own, not gone',
    async (setting) => {
      const { run, portal, sync, contacts, before } = await givenASyncedPortal()
      const own = contacts.slice(2, 4)
      portal.configure({ [setting]: own })

      const ended = await run()

      expect(ended).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', failed: own.length })
      expect(await tellErrors(sync)).toEqual(own.map((id) => `UNEXPECTED ${id}`))
      expect(await tellAll(sync)).toEqual(before)
      portal.configure({ [setting]: [] })
      expect(await run()).toMatchObject({ status: 'COMPLETED' })
    },
  )
})

describe.each(['contacts', 'companies'] as const)('B57: of %s', (kind) => {
  it('a record that is no longer listed and about which HubSpot is silent is an error, and gone once HubSpot says so', async () => {
    const { run, portal, sync, contacts, companies, before } = await givenASyncedPortal()
    const [lost = ''] = kind === 'contacts' ? contacts : companies
    const archive = kind === 'contacts' ? portal.archiveContact : portal.archiveCompany
    archive(lost)
    portal.configure({ omittedIds: [lost] })

    await run()

    expect(await tellErrors(sync)).toContain(`UNEXPECTED ${lost}`)
    const word = kind === 'contacts' ? 'Person' : 'Company'
    const own = (lines: readonly string[]) => lines.filter((line) => line.startsWith(`${lost} ${word}`))
    expect(own(await tellAll(sync))).toEqual(own(before))

    portal.configure({ omittedIds: [] })
    await run()

    expect(own(await tellAll(sync))).toEqual([expect.stringMatching(/SOURCE_DELETED$/)])
    expect(await tellErrors(sync)).toEqual([])
  })
})

describe('a 404', () => {
  it('for owners fails the run and names them; the list is not gone', async () => {
    const { run, portal, sync, before } = await givenASyncedPortal()
    const { key } = await createCustomField(sync.database, sync.viewer, {
      objectType: 'CONTACT',
      name: 'Owner',
      type: 'STRING',
    })
    await setUpAccountsAndContacts(sync, {
      listId: '42',
      contactMappings: [
        { property: 'firstname', target: 'FIRST_NAME' },
        { property: 'email', target: 'EMAIL' },
        { property: 'hubspot_owner_id', target: 'CUSTOM_FIELD', customField: key },
      ],
    })
    portal.configure({ missingPaths: ['/owners'] })

    const ended = await run()

    expect(ended).toMatchObject({
      status: 'FAILED',
      failureType: 'UNEXPECTED',
      failureMessage: expect.stringMatching(/owners/),
    })
    expect(await tellAll(sync)).toEqual(before)
  })

  it('for the list is HUBSPOT_LIST_NOT_FOUND', async () => {
    const { run, portal, sync, before } = await givenASyncedPortal()
    portal.configure({ missingPaths: ['/42/memberships'] })

    const ended = await run()

    expect(ended).toMatchObject({ status: 'FAILED', failureType: 'HUBSPOT_LIST_NOT_FOUND' })
    expect(ended.failureMessage).toBe('HubSpot list 42 no longer exists. Choose another list.')
    expect(await tellAll(sync)).toEqual(before)
  })
})

describe('B17: a refresh that HubSpot refuses', () => {
  it.each([
    ['documented', 'NEEDS_RECONNECT'],
    ['short', 'NEEDS_RECONNECT'],
    ['web-page', 'CONNECTED'],
  ] as const)('%s leaves the connection %s', async (refusals, status) => {
    const { simulator, portal, sync, before } = await givenASyncedPortal()
    simulator.configureTokens({ refusals })
    simulator.revokeTokens(portal.hubId)

    const { id, workspaceId } = await startSync(sync.context, sync.viewer)
    await sync.workOff()

    expect(await findConnection(sync.connection, workspaceId)).toMatchObject({ status })
    const { failureType } = await sync.run(id)
    expect(failureType === 'AUTHORIZATION').toBe(status === 'NEEDS_RECONNECT')
    expect(await tellAll(sync)).toEqual(before)
  })
})

describe('B17: a token that expires twice within one call', () => {
  it('is renewed twice, and the connection stays', async () => {
    const { run, simulator, sync, before } = await givenASyncedPortal()
    simulator.faults.add({ kind: 'expired-token', count: 3, path: '/memberships' })

    const ended = await run()

    expect(ended).toMatchObject({ status: 'COMPLETED' })
    expect(await findConnection(sync.connection, sync.viewer.workspaceId)).toMatchObject({ status: 'CONNECTED' })
    expect(await tellAll(sync)).toEqual(before)
  })

  it('is an outage if every new one has expired: the log-in is good', async () => {
    const { simulator, sync } = await givenASyncedPortal()
    simulator.faults.add({ kind: 'expired-token', path: '/memberships' })
    const { id, workspaceId } = await startSync(sync.context, sync.viewer)

    await sync.workOff()

    expect(await sync.run(id)).toMatchObject({ status: 'THROTTLED', waitReason: expect.stringMatching(/expired/) })
    expect(await findConnection(sync.connection, workspaceId)).toMatchObject({ status: 'CONNECTED' })
  })
})
