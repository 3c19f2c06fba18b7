import { expect, it } from 'vitest'
import type { Simulator } from '../../simulator/index.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { createTestSync, setUpListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'

async function givenASyncedList(): Promise<{ simulator: Simulator; sync: TestSync }> {
  const simulator = await startTestSimulator({ portals: [{ contacts: 30, rateLimit: null }] })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })
  return { simulator, sync }
}

const stored = async ({ database }: TestSync) => ({
  contacts: await database.prisma.contact.findMany({ orderBy: { id: 'asc' } }),
  links: await database.prisma.contactLink.findMany({ orderBy: { hubspotId: 'asc' } }),
})

it('§10 HUBSPOT_LIST_NOT_FOUND: a deleted list ends the run, says so once, and changes nothing', async () => {
  const { simulator, sync } = await givenASyncedList()
  const before = await stored(sync)
  simulator.portal().deleteList('42')

  const run = await sync.sync()
  await sync.sync()

  expect(run).toMatchObject({ status: 'FAILED', failureType: 'HUBSPOT_LIST_NOT_FOUND' })
  expect(run.failureMessage).toContain('Choose another list')
  expect(await stored(sync)).toEqual(before)
  expect(await sync.database.prisma.syncError.findMany()).toMatchObject([
    { type: 'HUBSPOT_LIST_NOT_FOUND', status: 'OPEN', firstRunId: run.id },
  ])
})

it('§10 HUBSPOT_LIST_NOT_FOUND: a list that is deleted while it is read, and looks empty from then on, loses nobody', async () => {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  portal.configure({ deletedListMemberships: 'empty' })
  for (let number = 0; number < 25; number++) portal.putContact({ properties: { firstname: `Ann ${number}` } })
  portal.putList({ listId: '42', members: 'all-contacts' })
  const sync = await createTestSync({
    simulator,
    tuning: { membershipLimit: 5, pageSize: 5, readLimit: 5, pagesAhead: 1 },
  })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  await sync.sync()
  const before = await stored(sync)
  const run = await startSync(sync.context, sync.viewer)

  const publish = async () => {
    if (progressOf(await sync.run(run.id)).processed > 0) portal.deleteList('42')
  }
  const context = { ...sync.context, announcements: { ...sync.context.announcements, publish } }
  await workOnRun(context, { workspaceId: run.workspaceId, runId: run.id }, new AbortController().signal)

  expect(await sync.run(run.id)).toMatchObject({ status: 'FAILED', failureType: 'HUBSPOT_LIST_NOT_FOUND' })
  expect(progressOf(await sync.run(run.id)).processed).toBeLessThan(25)
  expect(await stored(sync)).toEqual(before)
})

it('B54: the error closes by itself when the list is back', async () => {
  const { simulator, sync } = await givenASyncedList()
  simulator.portal().deleteList('42')
  await sync.sync()
  simulator.portal().restoreList('42')

  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })

  expect(await sync.database.prisma.syncError.findMany()).toMatchObject([{ status: 'RESOLVED' }])
})

it('B17: refused credentials end the run with AUTHORIZATION and unlink nothing', async () => {
  const { simulator, sync } = await givenASyncedList()
  const before = await stored(sync)
  const run = await startSync(sync.context, sync.viewer)
  simulator.revokeTokens()

  await sync.workOff()

  expect(await sync.run(run.id)).toMatchObject({ status: 'FAILED', failureType: 'AUTHORIZATION' })
  expect(await sync.database.prisma.hubSpotConnection.findFirst()).toMatchObject({ status: 'NEEDS_RECONNECT' })
  expect(await stored(sync)).toEqual(before)
})

it('a silent HubSpot is waited for; when it answers again the run goes on and loses nothing', async () => {
  const { simulator, sync } = await givenASyncedList()
  const run = await startSync(sync.context, sync.viewer)
  const work = () =>
    workOnRun(sync.context, { workspaceId: run.workspaceId, runId: run.id }, new AbortController().signal)
  const fault = simulator.faults.add({ kind: 'down' })
  await expect(work()).rejects.toThrow(/HubSpot/)
  expect(await sync.run(run.id)).toMatchObject({ status: 'RUNNING', stalls: 1 })

  simulator.faults.remove(fault)

  expect(await work()).toBe('done')
  expect(await sync.run(run.id)).toMatchObject({ status: 'COMPLETED', failed: 0 })
})

it('a HubSpot that stays silent ends the run with HUBSPOT_UNAVAILABLE', async () => {
  const { simulator, sync } = await givenASyncedList()
  const before = await stored(sync)
  const run = await startSync(sync.context, sync.viewer)
  const work = () =>
    workOnRun(sync.context, { workspaceId: run.workspaceId, runId: run.id }, new AbortController().signal)
  simulator.faults.add({ kind: 'down' })

  for (let attempt = 1; attempt < 5; attempt++) await expect(work()).rejects.toThrow(/HubSpot/)
  expect(await work()).toBe('done')

  expect(await sync.run(run.id)).toMatchObject({ status: 'FAILED', failureType: 'HUBSPOT_UNAVAILABLE' })
  expect(await stored(sync)).toEqual(before)
})
