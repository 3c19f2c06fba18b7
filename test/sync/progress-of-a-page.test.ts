import { expect, it } from 'vitest'
import type { SyncRun } from '../../src/generated/prisma/client.ts'
import { progressOf } from '../../src/sync/runs/progress.ts'
import type { SyncTuning } from '../../src/sync/sync-context.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

/** Syncs a list of 400 contacts, and returns the run as it was stored at each announcement. */
async function announcedStates(tuning: Partial<SyncTuning>): Promise<SyncRun[]> {
  const simulator = await startTestSimulator({ portals: [{ contacts: 0, rateLimit: null }] })
  const portal = simulator.portal()
  for (let number = 0; number < 400; number++) {
    portal.putContact({ properties: { email: `person-${number}@example.test` } })
  }
  portal.putList({ listId: '42', members: 'all-contacts' })
  const states: SyncRun[] = []
  const sync = await createTestSync({
    simulator,
    tuning,
    announcements: {
      publish: async (topic, _workspaceId, message) => {
        if (topic === 'run-progressed' && 'runId' in message) states.push(await sync.run(String(message.runId)))
      },
      subscribe: async () => {
        throw new Error('nobody listens here')
      },
    },
  })
  await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])
  await sync.sync()
  return states
}

const processedIn = (states: readonly SyncRun[]) => [...new Set(states.map((run) => progressOf(run).processed))]

it('B68: if pages take long, progress is announced after each piece of a page, once it is committed', async () => {
  // Any page takes longer than this.
  const states = await announcedStates({ pieceMs: 0 })

  const processed = processedIn(states)
  expect(processed.slice(0, 3)).toEqual([0, 20, 40])
  expect(processed.at(-1)).toBe(400)
  expect(processed).toHaveLength(21)
})

it('B68: if pages are fast, they stay whole, and the first records of a run are announced before its first page is done', async () => {
  const states = await announcedStates({ pieceMs: 3_600_000 })

  expect(processedIn(states)).toEqual([0, 20, 100, 400])
})

it('B68: each phase is announced when the run enters it', async () => {
  const states = await announcedStates({})

  expect([...new Set(states.map(({ phase }) => phase))]).toEqual([
    'PREPARING',
    'SYNCING_CONTACTS',
    'SETTLING_CONTACTS',
    'RETRYING_CONTACTS',
    'FINISHED',
  ])
})
