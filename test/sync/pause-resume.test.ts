import { expect, it } from 'vitest'
import type { Announcements } from '../../src/broker/announcements.ts'
import { cancelSyncRun, pauseSync, resumeSync, startSync } from '../../src/sync/runs/control-run.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import type { SyncContext } from '../../src/sync/sync-context.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { SyncStateError } from '../../src/user-errors.ts'
import { createTestSync, setUpListSync, startTestSimulator, type TestSync } from '../support/test-sync.ts'

const tuning = { membershipLimit: 20, pageSize: 20, readLimit: 20 }
const forever = new AbortController().signal

async function givenAListOf(contacts: number): Promise<TestSync> {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  for (let number = 0; number < contacts; number++) {
    portal.putContact({ properties: { email: `person${number}@example.test` } })
  }
  portal.putList({ listId: '42', members: 'all-contacts' })
  const sync = await createTestSync({ simulator, tuning })
  await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])
  return sync
}

/** A context whose worker calls `act` after its first page, as an admin elsewhere would. */
function afterFirstPage(sync: TestSync, act: () => Promise<unknown>): SyncContext {
  let isDone = false
  const publish: Announcements['publish'] = async (_topic, _workspaceId, payload) => {
    if (isDone || !('runId' in payload) || progressOf(await sync.run(payload.runId)).processed === 0) return
    isDone = true
    await act()
  }
  return { ...sync.context, announcements: { ...sync.context.announcements, publish } }
}

it('B38: pausing stops the run at its next page and keeps what was written, and resuming continues from there', async () => {
  const sync = await givenAListOf(100)
  const run = await startSync(sync.context, sync.viewer)

  const context = afterFirstPage(sync, () => pauseSync(sync.context, sync.viewer))
  expect(await workOnRun(context, { workspaceId: run.workspaceId, runId: run.id }, forever)).toBe('done')

  const paused = await sync.run(run.id)
  expect(paused.status).toBe('PAUSED')
  expect(paused.created).toBe(20)
  expect(await sync.database.prisma.contact.count()).toBe(20)
  await expect(startSync(sync.context, sync.viewer)).rejects.toThrow(SyncStateError)

  await resumeSync(sync.context, sync.viewer)
  await sync.workOff()

  expect(await sync.run(run.id)).toMatchObject({ status: 'COMPLETED', created: 100, unchanged: 0, updated: 0 })
})

it('B39: cancelling ends the run at its next page and is never overwritten', async () => {
  const sync = await givenAListOf(100)
  const run = await startSync(sync.context, sync.viewer)

  const context = afterFirstPage(sync, () => cancelSyncRun(sync.context, sync.viewer, run.id))
  await workOnRun(context, { workspaceId: run.workspaceId, runId: run.id }, forever)
  await sync.workOff()

  expect(await sync.run(run.id)).toMatchObject({ status: 'CANCELLED', created: 20 })
  await expect(cancelSyncRun(sync.context, sync.viewer, run.id)).rejects.toThrow('already ended')
})

it('B39: a run keeps the mapping that it started with', async () => {
  const sync = await givenAListOf(60)
  const run = await startSync(sync.context, sync.viewer)

  const context = afterFirstPage(sync, () =>
    setUpListSync(sync, '42', [
      { property: 'email', target: 'EMAIL' },
      { property: 'email', target: 'DESCRIPTION' },
    ]),
  )
  await workOnRun(context, { workspaceId: run.workspaceId, runId: run.id }, forever)

  expect(await sync.run(run.id)).toMatchObject({ status: 'COMPLETED', created: 60 })
  expect(await sync.database.prisma.contact.count({ where: { description: '' } })).toBe(60)
})
