import { expect, it } from 'vitest'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

it('B10, B11: however many starts arrive at the same time, there is one run, and all of them return it', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 10, rateLimit: null }] })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])

  const runs = await Promise.all(Array.from({ length: 8 }, () => startSync(sync.context, sync.viewer)))

  expect(new Set(runs.map((run) => run.id)).size).toBe(1)
  expect(runs[0]).toMatchObject({ status: 'QUEUED', trigger: 'MANUAL', triggeredById: sync.viewer.userId })
  expect(await sync.database.prisma.syncRun.count()).toBe(1)
})

it('B10: the next start after the end is a new run', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 10, rateLimit: null }] })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])

  const first = await sync.sync()
  const second = await sync.sync()

  expect(second.id).not.toBe(first.id)
})
