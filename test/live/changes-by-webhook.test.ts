import { expect, test } from 'vitest'
import { forgetOldRows } from '../../src/lifecycle/forget-old-rows.ts'
import { findFreshness } from '../../src/sync/live/freshness.ts'
import { settleChanges } from '../../src/sync/live/settle-changes.ts'
import { syncChanges } from '../../src/sync/live/sync-changes.ts'
import { pauseSync, resumeSync } from '../../src/sync/runs/control-run.ts'
import { updateSyncSettings } from '../../src/sync/settings/update-sync-settings.ts'
import { givenLiveUpdates, workOff } from './live-fixture.ts'

test('B57, B71: the store follows a contact that is created, changed, deleted, and restored in HubSpot', async () => {
  const { simulator, sync, put, tell, catchUp } = await givenLiveUpdates()
  const portal = simulator.portal()

  const ada = put({ firstname: 'Ada', email: 'ada@x.example' })
  await catchUp()
  expect(await tell()).toEqual([`${ada} Ada ada@x.example ACTIVE`])

  put({ firstname: 'Ada', lastname: 'Lovelace' }, ada)
  await catchUp()
  expect(await tell()).toEqual([`${ada} Ada Lovelace ada@x.example ACTIVE`])

  portal.archiveContact(ada)
  await catchUp()
  expect(await tell()).toEqual([`${ada} Ada Lovelace ada@x.example SOURCE_DELETED`])

  portal.restoreContact(ada)
  await catchUp()
  expect(await tell()).toEqual([`${ada} Ada Lovelace ada@x.example ACTIVE`])
  const runs = await sync.database.prisma.syncRun.findMany({ where: { scope: 'RECORDS' } })
  expect(runs.map(({ trigger, status }) => `${trigger} ${status}`)).toEqual(Array(4).fill('WEBHOOK COMPLETED'))
})

test("B59, B71: if both merged contacts have a contact here, that of the event's primary survives", async () => {
  const { simulator, put, tell, catchUp } = await givenLiveUpdates()
  const lower = put({ firstname: 'Lower', email: 'lower@x.example' })
  const primary = put({ firstname: 'Primary', email: 'primary@x.example' })
  await catchUp()

  const merged = simulator.portal().mergeContacts(primary, lower)
  await catchUp()

  // The primary's contact took over the other's address, which its own contact no longer holds.
  expect(await tell()).toEqual([`- Lower MERGED_AWAY`, `${merged} Primary lower@x.example primary@x.example ACTIVE`])
})

test('B38: nothing is processed while the sync is paused, and nothing is lost', async () => {
  const { simulator, sync, put, tell } = await givenLiveUpdates()
  await pauseSync(sync.context, sync.viewer)
  const ada = put({ firstname: 'Ada', email: 'ada@x.example' })
  await simulator.webhooks.flush()

  await syncChanges(sync.context)

  expect(sync.queue).toEqual([])
  expect(await findFreshness(sync.database, sync.viewer.workspaceId)).toMatchObject({ backlog: 1 })
  await resumeSync(sync.context, sync.viewer)
  await workOff(sync)
  expect(await tell()).toEqual([`${ada} Ada ada@x.example ACTIVE`])
})

test('B71: changes wait for the connection, and are deleted when live updates are turned off', async () => {
  const { simulator, sync, put } = await givenLiveUpdates()
  const { prisma } = sync.database
  const { workspaceId } = sync.viewer
  await prisma.hubSpotConnection.update({ where: { workspaceId }, data: { status: 'NEEDS_RECONNECT' } })
  put({ firstname: 'Ada', email: 'ada@x.example' })
  await simulator.webhooks.flush()
  await syncChanges(sync.context)
  expect(sync.queue).toEqual([])
  await prisma.hubSpotConnection.update({ where: { workspaceId }, data: { status: 'CONNECTED' } })

  await updateSyncSettings(sync.context, sync.viewer, { liveUpdates: 'OFF' })

  expect(await prisma.hubSpotChange.count()).toBe(0)
})

test('B72: records of a failed run are due again a while later, with a longer delay after each failure', async () => {
  const { simulator, sync, put, tell } = await givenLiveUpdates()
  const { prisma } = sync.database
  const ada = put({ firstname: 'Ada', email: 'ada@x.example' })
  await simulator.webhooks.flush()
  await syncChanges(sync.context)
  await prisma.syncRun.updateMany({ where: { scope: 'RECORDS' }, data: { status: 'FAILED', phase: 'FINISHED' } })
  sync.queue.length = 0

  const before = Date.now()

  await settleChanges(sync.context)

  const [change] = await prisma.hubSpotChange.findMany()
  expect(change).toMatchObject({ attempts: 1, claim: null, runId: null })
  const retryAt = change?.retryAt?.getTime() ?? 0
  expect(retryAt - before).toBeGreaterThan(3_000)
  expect(retryAt - Date.now()).toBeLessThan(5_100)
  await syncChanges(sync.context)
  expect(sync.queue).toEqual([])
  await prisma.hubSpotChange.updateMany({ data: { retryAt: new Date(0) } })
  await workOff(sync)
  expect(await tell()).toEqual([`${ada} Ada ada@x.example ACTIVE`])
})

test('B71: a record that changes again during its run is processed again', async () => {
  const { simulator, sync, put, tell } = await givenLiveUpdates()
  const { prisma } = sync.database
  const ada = put({ firstname: 'Ada', email: 'ada@x.example' })
  await simulator.webhooks.flush()
  await syncChanges(sync.context)

  put({ firstname: 'Augusta' }, ada)
  await simulator.webhooks.flush()
  await sync.workOff()
  await settleChanges(sync.context)

  expect(await prisma.hubSpotChange.findMany()).toMatchObject([{ hubspotId: BigInt(ada), claim: null, attempts: 0 }])
  await workOff(sync)
  expect(await tell()).toEqual([`${ada} Augusta ada@x.example ACTIVE`])
  expect(await prisma.syncRun.count({ where: { scope: 'RECORDS' } })).toBe(2)
})

test('B72: records claimed by a worker that was killed are due again', async () => {
  const { simulator, sync, put, tell } = await givenLiveUpdates()
  const ada = put({ firstname: 'Ada', email: 'ada@x.example' })
  await simulator.webhooks.flush()
  await sync.database.prisma.hubSpotChange.updateMany({
    data: { claim: '00000000-0000-4000-8000-000000000001', claimedAt: new Date(Date.now() - 31_000) },
  })

  await workOff(sync)

  expect(await tell()).toEqual([`${ada} Ada ada@x.example ACTIVE`])
})

test('B11: however many workers look, the records of a workspace are taken once, together', async () => {
  const { simulator, sync, put } = await givenLiveUpdates()
  for (let n = 0; n < 50; n++) put({ firstname: `P${n}`, email: `p${n}@x.example` })
  await simulator.webhooks.flush()

  await Promise.all(Array.from({ length: 5 }, () => syncChanges(sync.context)))

  const runs = await sync.database.prisma.syncRun.findMany({ where: { scope: 'RECORDS' }, include: { members: true } })
  expect(runs.map(({ members }) => members.length)).toEqual([50])
})

test('B73: the API shows how far behind the store is', async () => {
  const { simulator, sync, put, catchUp } = await givenLiveUpdates()
  const { workspaceId } = sync.viewer
  expect(await findFreshness(sync.database, workspaceId)).toEqual({
    backlog: 0,
    behindSince: null,
    lastEventAt: null,
    lastAppliedAt: null,
    lastLagMs: null,
  })
  const before = Date.now()
  put({ firstname: 'Ada', email: 'ada@x.example' })
  await simulator.webhooks.flush()
  const waiting = await findFreshness(sync.database, workspaceId)
  expect(waiting).toMatchObject({ backlog: 1, lastEventAt: expect.any(Date), lastLagMs: null })
  expect(waiting.behindSince?.getTime()).toBeGreaterThanOrEqual(before)

  await catchUp()

  const { backlog, behindSince, lastAppliedAt, lastLagMs } = await findFreshness(sync.database, workspaceId)
  expect([backlog, behindSince]).toEqual([0, null])
  expect(lastAppliedAt?.getTime()).toBeGreaterThanOrEqual(before)
  expect(lastLagMs).toBeGreaterThanOrEqual(0)
})

test("B14: only yesterday's runs from events that ended without errors are deleted", async () => {
  const { simulator, sync, put, catchUp } = await givenLiveUpdates()
  const { prisma } = sync.database
  put({ firstname: 'Ada', email: 'ada@x.example' })
  await catchUp()
  put({ firstname: 'Nobody' })
  await catchUp()
  const old = new Date(Date.now() - 25 * 3_600_000)
  await forgetOldRows(sync.context)
  expect(await prisma.syncRun.count()).toBe(3)
  await prisma.syncRun.updateMany({ data: { finishedAt: old } })

  await forgetOldRows(sync.context)

  const left = await prisma.syncRun.findMany({ orderBy: { createdAt: 'asc' } })
  expect(left.map(({ scope, status }) => `${scope} ${status}`)).toEqual([
    'ALL COMPLETED',
    'RECORDS COMPLETED_WITH_ERRORS',
  ])
  expect(simulator.requests.nonReads).toEqual([])
})
