import { expect, it } from 'vitest'
import type { Simulator } from '../../simulator/index.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { recoverRuns } from '../../src/sync/runs/recover-runs.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { createTestSync, setUpListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

/** A clock that moves only when it is told to. */
function settableClock() {
  let at = Date.now()
  return {
    now: () => new Date(at),
    pass: (ms: number) => {
      at += ms
    },
    set: (to: Date) => {
      at = to.getTime()
    },
  }
}

async function givenASyncedList(): Promise<{
  simulator: Simulator
  sync: TestSync
  clock: ReturnType<typeof settableClock>
}> {
  const simulator = await startTestSimulator({ portals: [{ contacts: 30, rateLimit: null }] })
  const clock = settableClock()
  const sync = await createTestSync({ simulator, now: clock.now })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })
  return { simulator, sync, clock }
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

it('B54: the error is resolved by itself when the list is back', async () => {
  const { simulator, sync } = await givenASyncedList()
  simulator.portal().deleteList('42')
  await sync.sync()
  simulator.portal().restoreList('42')

  expect(await sync.sync()).toMatchObject({ status: 'COMPLETED' })

  expect(await sync.database.prisma.syncError.findMany()).toMatchObject([{ status: 'RESOLVED' }])
})

it('B17: rejected credentials end the run with AUTHORIZATION and unlink nothing', async () => {
  const { simulator, sync } = await givenASyncedList()
  const before = await stored(sync)
  const run = await startSync(sync.context, sync.viewer)
  simulator.revokeTokens()

  await sync.workOff()

  expect(await sync.run(run.id)).toMatchObject({ status: 'FAILED', failureType: 'AUTHORIZATION' })
  expect(await sync.database.prisma.hubSpotConnection.findFirst()).toMatchObject({ status: 'NEEDS_RECONNECT' })
  expect(await stored(sync)).toEqual(before)
})

it('a run waits for a HubSpot that does not answer; when it answers again, the run continues by itself and loses nothing', async () => {
  const { simulator, sync, clock } = await givenASyncedList()
  const run = await startSync(sync.context, sync.viewer)
  const fault = simulator.faults.add({ kind: 'down' })
  await sync.workOff()
  expect(await sync.run(run.id)).toMatchObject({ status: 'THROTTLED', waitReason: expect.stringContaining('HubSpot') })

  simulator.faults.remove(fault)
  clock.pass(10 * SECOND)
  await recoverRuns(sync.context)
  await sync.workOff()

  expect(await sync.run(run.id)).toMatchObject({ status: 'COMPLETED', failed: 0, waitReason: null, silentSince: null })
})

it('a run waits for a HubSpot that does not answer for hours, with fewer and fewer calls, and then ends', async () => {
  const { simulator, sync, clock } = await givenASyncedList()
  const before = await stored(sync)
  const { id } = await startSync(sync.context, sync.viewer)
  const startedAt = clock.now().getTime()
  simulator.faults.add({ kind: 'down' })

  let turns = 0
  for (; (await sync.run(id)).finishedAt === null; turns++) {
    await sync.workOff()
    const { resumeAt } = await sync.run(id)
    if (resumeAt !== null) clock.set(resumeAt)
    await recoverRuns(sync.context)
  }

  expect(await sync.run(id)).toMatchObject({ status: 'FAILED', failureType: 'HUBSPOT_UNAVAILABLE' })
  expect(clock.now().getTime() - startedAt).toBeGreaterThan(5 * HOUR)
  expect(turns).toBeLessThan(120)
  expect(await stored(sync)).toEqual(before)
})
