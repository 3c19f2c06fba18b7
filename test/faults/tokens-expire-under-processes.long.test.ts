import { expect, it } from 'vitest'
import { startProcess } from '../../embedded/processes.ts'
import { expectedOutcome } from '../../simulator/expected-outcome.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { workOnRunJob } from '../../src/jobs/definitions.ts'
import { openJobQueue } from '../../src/jobs/job-queue.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { hasEnded } from '../../src/sync/runs/run-states.ts'
import { previewSync } from '../../src/sync/runs/start-preview.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createProcessEnvironment } from '../support/process-environment.ts'
import { createTestSync, setUpSeededListSync, startTestSimulator } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

const [seed, contacts] = [11, 6_000]
/** Lifetime of an access token. As in production, its last sixth is not used. */
const lifeSeconds = 4
const renewedAfterSeconds = (lifeSeconds * 5) / 6

it('B17: three worker processes refresh a token only once each time it expires, and no record fails', async () => {
  // given: a refresh token works once, so two refreshes after one expiry would end the log-in
  const simulator = await startTestSimulator({
    accessTokenTtlSeconds: lifeSeconds,
    rotateRefreshTokens: true,
    // A limit per second: 110 calls in ten seconds could all be used at once, and then nobody would need a token for many
    // token lifetimes.
    portals: [{ seed, contacts, rateLimit: 11, rateIntervalMs: 1_000 }],
  })
  const sync = await createTestSync({ simulator })
  await setUpSeededListSync(sync)
  const env = {
    ...(await createProcessEnvironment(sync.database)),
    HUBSPOT_API_URL: simulator.url,
    HUBSPOT_API_VERSION: 'v3',
    ENCRYPTION_KEYS: sync.encryptionKeys,
    // Chunks that run at the same time are processed by different processes.
    WORKER_CONCURRENCY: '1',
  }
  const broker = await openBroker({ redisUrl: env.REDIS_URL || null, databaseUrl: sync.database.url })
  cleanUp(() => broker.close())
  const queue = await openJobQueue(broker)
  cleanUp(() => queue.close())
  const context = { ...sync.context, enqueueRun: (chunk: unknown) => queue.enqueue(workOnRunJob, chunk as never) }
  const workers = await Promise.all([1, 2, 3].map(() => startProcess('work', env)))
  for (const worker of workers) cleanUp(() => worker.stop())
  simulator.requests.reset()

  // when: the chunks of a run are processed by different workers, while a preview reads the same portal
  const began = performance.now()
  const { id } = await startSync(context, sync.viewer)
  const preview = await previewSync(context, sync.viewer)
  const isOver = async (runId: string) => hasEnded(await sync.run(runId))
  await waitFor(async () => (await isOver(id)) && (await isOver(preview.id)), { timeoutMs: 150_000 })
  const seconds = (performance.now() - began) / 1_000

  // then
  const expected = expectedOutcome(seed, contacts)
  const counts = { status: 'COMPLETED_WITH_ERRORS', created: expected.created, skipped: expected.skipped, failed: 0 }
  expect(await sync.run(id)).toMatchObject(counts)
  expect(await sync.run(preview.id)).toMatchObject(counts)
  expect(await sync.database.prisma.hubSpotConnection.findFirst()).toMatchObject({ status: 'CONNECTED' })
  const refreshes = simulator.requests.countOf('/token')
  expect(refreshes).toBeGreaterThanOrEqual(Math.max(3, Math.floor(seconds / lifeSeconds) - 1))
  expect(refreshes).toBeLessThanOrEqual(Math.ceil(seconds / renewedAfterSeconds) + 1)
  expect(simulator.requests.statuses).not.toHaveProperty('400')
}, 180_000)
