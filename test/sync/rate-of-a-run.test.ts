import { expect, it } from 'vitest'
import { pauseSync, resumeSync, startSync } from '../../src/sync/runs/control-run.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

const second = 1_000
const hour = 3_600 * second

/** A workspace that syncs 300 contacts, on a clock that goes on by a second whenever a run announces something. */
async function givenAClock() {
  const simulator = await startTestSimulator({ portals: [{ empty: true, rateLimit: null }] })
  const portal = simulator.portal()
  for (let number = 0; number < 300; number++) portal.putContact({ properties: { email: `p${number}@x.example` } })
  portal.putList({ listId: '42', members: 'all-contacts' })
  const clock = { at: Date.parse('2026-11-27T08:00:00Z') }
  let onAnnouncement = async () => {}
  const sync = await createTestSync({
    simulator,
    now: () => new Date(clock.at),
    announcements: {
      publish: async (topic) => {
        if (topic !== 'run-progressed') return
        clock.at += second
        await onAnnouncement()
      },
      subscribe: async () => {
        throw new Error('nobody listens here')
      },
    },
  })
  await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])
  return {
    clock,
    sync,
    /** Calls `act` once, as soon as the run has processed some records. */
    onceUnderWay: (act: () => Promise<unknown>) => {
      onAnnouncement = async () => {
        const { created } = await sync.database.prisma.syncRun.findFirstOrThrow()
        if (created === 0) return
        onAnnouncement = async () => {}
        await act()
      }
    },
  }
}

it('B68: a run that has ended keeps its average rate, and nothing is left to estimate', async () => {
  const { sync } = await givenAClock()

  const run = await sync.sync()

  expect(run.workSeconds).toBeGreaterThan(0)
  expect(progressOf(run)).toMatchObject({ processed: 300, ratePerSecond: 300 / run.workSeconds, etaSeconds: null })
})

it('B68: the time for which a run waits does not count towards its rate', async () => {
  const { clock, sync, onceUnderWay } = await givenAClock()
  onceUnderWay(() => pauseSync(sync.context, sync.viewer))
  const { id } = await startSync(sync.context, sync.viewer)
  await sync.workOff()
  const paused = await sync.run(id)

  clock.at += hour
  await resumeSync(sync.context, sync.viewer)
  clock.at += hour
  await sync.workOff()

  const run = await sync.run(id)
  expect(paused.status).toBe('PAUSED')
  expect(progressOf(paused).ratePerSecond).toBeNull()
  expect(run.status).toBe('COMPLETED')
  expect(run.workSeconds).toBeLessThan(60)
  expect(progressOf(run).ratePerSecond).toBe(300 / run.workSeconds)
})
