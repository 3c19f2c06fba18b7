import { expect, it } from 'vitest'
import type { Announcements } from '../../src/broker/announcements.ts'
import { pauseSync, resumeSync, startSync } from '../../src/sync/runs/control-run.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { recoverRuns } from '../../src/sync/runs/recover-runs.ts'
import { createScheduledSync, MINUTE, type ScheduledSync } from './scheduled-sync.ts'

/** A run of 60 contacts during which the portal's daily calls ran out after the first page. */
async function givenAThrottledRun(): Promise<{ sync: ScheduledSync; runId: string }> {
  let afterFirstPage = async (_runId: string) => {}
  const publish: Announcements['publish'] = async (_topic, _workspaceId, payload) => {
    if ('runId' in payload) await afterFirstPage(payload.runId)
  }
  const subscribe = () => Promise.reject(new Error('nobody listens'))
  const tuning = { membershipLimit: 20, pageSize: 20, readLimit: 20, pagesAhead: 1 }
  const sync = await createScheduledSync({ contacts: 60, tuning, announcements: { publish, subscribe } })
  afterFirstPage = async (runId) => {
    if (progressOf(await sync.run(runId)).processed === 0 || sync.simulator.faults.list().length > 0) return
    sync.simulator.faults.add({ kind: 'daily-limit' })
  }
  const { id: runId } = await startSync(sync.context, sync.viewer)
  await sync.workOff()
  afterFirstPage = async () => {}
  return { sync, runId }
}

it('B17 B69: a run that used up the daily calls waits as THROTTLED, without repeated calls, and keeps what it wrote', async () => {
  const { sync, runId } = await givenAThrottledRun()

  const run = await sync.run(runId)
  expect(run.status).toBe('THROTTLED')
  expect(run.resumeAt?.getTime()).toBeGreaterThan(sync.clock.now().getTime())
  const { processed } = progressOf(run)
  expect(processed).toBeGreaterThanOrEqual(20)
  expect(processed).toBeLessThan(60)
  expect(await sync.database.prisma.contactLink.count()).toBeGreaterThan(0)
  expect(sync.simulator.faults.list()[0]?.hits).toBeLessThan(10)
  // Nobody makes calls before the time has come, however often recovery looks.
  const hits = sync.simulator.faults.list()[0]?.hits
  for (let look = 0; look < 5; look++) expect(await recoverRuns(sync.context)).toBe(0)
  await sync.workOff()
  expect(sync.simulator.faults.list()[0]?.hits).toBe(hits)
})

it('B11 B69: when the time has come, it continues where it stopped, once, and ends as if nothing had happened', async () => {
  const { sync, runId } = await givenAThrottledRun()
  const before = progressOf(await sync.run(runId)).processed
  sync.simulator.faults.clear()
  const waitMs = ((await sync.run(runId)).resumeAt?.getTime() ?? 0) - sync.clock.now().getTime()

  sync.clock.advance(waitMs - MINUTE)
  expect(await recoverRuns(sync.context)).toBe(0)
  sync.clock.advance(MINUTE)
  expect(await recoverRuns(sync.context)).toBe(1)
  await sync.workOff()

  const run = await sync.run(runId)
  expect(run.status).toMatch(/^COMPLETED/)
  expect(progressOf(run).processed).toBe(60)
  expect(before).toBeLessThan(60)
  expect(run.created + run.linked + run.skipped).toBe(60)
})

it('B38: a throttled run can be paused, and then does not continue at the time that HubSpot named', async () => {
  const { sync, runId } = await givenAThrottledRun()
  sync.simulator.faults.clear()
  const resumeAt = (await sync.run(runId)).resumeAt?.getTime() ?? 0

  await pauseSync(sync.context, sync.viewer)
  sync.clock.advance(resumeAt - sync.clock.now().getTime() + MINUTE)
  expect(await recoverRuns(sync.context)).toBe(0)
  expect((await sync.run(runId)).status).toBe('PAUSED')

  await resumeSync(sync.context, sync.viewer)
  await sync.workOff()
  expect((await sync.run(runId)).status).toMatch(/^COMPLETED/)
})

it('B11: while a run waits, a manual start returns it and the schedule starts none', async () => {
  const { sync, runId } = await givenAThrottledRun()

  expect((await startSync(sync.context, sync.viewer)).id).toBe(runId)
  sync.clock.advance(25 * 60 * MINUTE)
  expect(await sync.tick()).toBe(0)
})
