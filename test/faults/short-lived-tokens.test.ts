import { expect, it } from 'vitest'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

const contacts = 3_000
const lifeSeconds = 1.5

it('B17: a token that expires every other second is refreshed only once each time by three workers, and no record fails', async () => {
  // given: a refresh token works once, so two refreshes after one expiry would end the log-in
  const simulator = await startTestSimulator({
    accessTokenTtlSeconds: lifeSeconds,
    rotateRefreshTokens: true,
    portals: [{ contacts, rateLimit: null, latencyMs: [20, 60] }],
  })
  const sync = await createTestSync({ simulator, tuning: { pageSize: 100, pagesAhead: 2, chunkMs: 100 } })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  const workers = [sync.context, sync.otherWorker(), sync.otherWorker()]
  const run = await startSync(sync.context, sync.viewer)
  simulator.requests.reset()

  // when: each worker works on the run whenever it can, and reads from the portal all the time
  const began = performance.now()
  let isDone = false
  const stop = new AbortController().signal
  const work = async (context: (typeof workers)[number]) => {
    while (!isDone) {
      const outcome = await workOnRun(context, { workspaceId: run.workspaceId, runId: run.id }, stop)
      isDone ||= outcome === 'done'
    }
  }
  const read = async (context: (typeof workers)[number]) => {
    while (!isDone) await (await context.openPortal(run.workspaceId)).accountInfo()
  }
  await Promise.all(workers.flatMap((context) => [work(context), read(context)]))

  // then
  const seconds = (performance.now() - began) / 1_000
  const refreshes = simulator.requests.countOf('/token')
  expect(await sync.run(run.id)).toMatchObject({ status: 'COMPLETED', failed: 0, skipped: 0 })
  expect(await sync.database.prisma.hubSpotConnection.findFirst()).toMatchObject({ status: 'CONNECTED' })
  expect(refreshes).toBeGreaterThanOrEqual(Math.floor(seconds / lifeSeconds) - 1)
  expect(refreshes).toBeLessThanOrEqual(Math.ceil(seconds / ((lifeSeconds * 5) / 6)) + 1)
  expect(simulator.requests.statuses).not.toHaveProperty('400')
})
