import { expect, it } from 'vitest'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

const contacts = 5_000

it.each([
  ['in one chunk', { chunkMs: 60_000 }],
  ['in many chunks, because other runs always wait', { chunkMs: 200 }],
])('B27: a list is read %s with only slightly more calls than its pages and batches require', async (_how, tuning) => {
  const simulator = await startTestSimulator({ portals: [{ contacts, rateLimit: null, latencyMs: [5, 30] }] })
  const sync = await createTestSync({ simulator, tuning })
  await setUpListSync(sync, '42', [
    { property: 'firstname', target: 'FIRST_NAME' },
    { property: 'email', target: 'EMAIL' },
  ])
  simulator.requests.reset()

  const run = await sync.sync()

  const floor = Math.ceil(Number(run.total) / 250) + Math.ceil(Number(run.total) / 100)
  expect(run.status).toMatch(/^COMPLETED/)
  expect(simulator.requests.countOf('/memberships') + simulator.requests.countOf('/batch/read')).toBeLessThanOrEqual(
    floor + 1,
  )
  // Each chunk requests the list, its size, and the properties.
  expect(simulator.requests.total).toBeLessThanOrEqual(floor + 2 + 3 * (run.chunk + 1))
})
