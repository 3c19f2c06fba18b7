import type { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Broker } from '../../src/broker/broker.ts'
import { tickJob } from '../../src/jobs/definitions.ts'
import { openJobQueue, queueName } from '../../src/jobs/job-queue.ts'
import { startRunRecovery } from '../../src/jobs/run-recovery.ts'
import { ensureTicks } from '../../src/jobs/ticks.ts'
import { startWorker } from '../../src/jobs/worker.ts'
import { cleanUp } from '../support/clean-up.ts'
import { brokerKinds, createTestBroker, eachBroker, type TestBroker } from '../support/test-broker.ts'
import { createTestSync, startTestSimulator } from '../support/test-sync.ts'
import { waitFor } from '../support/wait-for.ts'

async function openQueue(broker: Broker): Promise<Queue> {
  const queue = broker.queues.openQueue(queueName)
  await queue.waitUntilReady()
  cleanUp(() => queue.close())
  return queue
}

const ticksWaiting = async (queue: Queue) =>
  (await queue.getJobs(['waiting', 'delayed', 'active', 'prioritized'])).filter((job) => job.name === tickJob.name)

eachBroker('ticks', (kind) => {
  test('B13: however many replicas start at once, there is one schedule', async () => {
    const broker = await createTestBroker(kind)
    const sync = await createTestSync({ simulator: await startTestSimulator({ portals: [{ contacts: 1 }] }) })
    let looks = 0
    for (let replica = 0; replica < 4; replica++) {
      const own = await openJobQueue(broker)
      cleanUp(() => own.close())
      const ensureTicks = () => own.ensureTicks().finally(() => looks++)
      const recovery = startRunRecovery(sync.context, { everyMs: 20, ensureTicks })
      cleanUp(() => recovery.stop())
    }

    await waitFor(() => looks > 12)

    const queue = await openQueue(broker)
    expect(await queue.getJobSchedulersCount()).toBe(1)
    expect(await ticksWaiting(queue)).toHaveLength(1)
  })

  test('B13: ticks come one after the other, to one of two workers each', async () => {
    const broker = await createTestBroker(kind)
    const queue = await openQueue(broker)
    const ticks: number[] = []
    const log = pino({ level: 'silent' })
    for (let replica = 0; replica < 2; replica++) {
      const run = async () => void ticks.push(Date.now())
      const worker = await startWorker({ broker, implementations: [{ job: tickJob, run }], concurrency: 1, log })
      cleanUp(() => worker.stop())
    }

    await ensureTicks(queue, 200)

    await waitFor(() => ticks.length >= 5)
    const [first = 0, , , , fifth = 0] = ticks
    expect(fifth - first).toBeGreaterThan(3 * 200)
    expect(await queue.getJobSchedulersCount()).toBe(1)
  })

  test('B13: a broker that lost everything gets its ticks back at the next look', async () => {
    const broker = await createTestBroker(kind)
    const queue = await openQueue(broker)
    await ensureTicks(queue)
    await queue.obliterate({ force: true })
    await queue.removeJobScheduler(tickJob.name)
    expect(await queue.getJobScheduler(tickJob.name)).toBeUndefined()

    await ensureTicks(queue)
    await ensureTicks(queue)

    expect(await queue.getJobSchedulersCount()).toBe(1)
    expect(await ticksWaiting(queue)).toHaveLength(1)
  })
})

test.skipIf(!brokerKinds.includes('redis'))(
  'B13: with Redis flushed under a running worker, ticks come again',
  async () => {
    const broker = await createTestBroker('redis')
    const queue = await openJobQueue(broker)
    cleanUp(() => queue.close())
    const ticks: number[] = []
    const log = pino({ level: 'silent' })
    const run = async () => void ticks.push(Date.now())
    const worker = await startWorker({ broker, implementations: [{ job: tickJob, run }], concurrency: 1, log })
    cleanUp(() => worker.stop())
    const sync = await createTestSync({ simulator: await startTestSimulator({ portals: [{ contacts: 1 }] }) })
    const recovery = startRunRecovery(sync.context, { everyMs: 50, ensureTicks: queue.ensureTicks })
    cleanUp(() => recovery.stop())
    await waitFor(() => ticks.length === 1)

    await removeKeys(broker)

    // The first tick of a schedule comes at once; what was there before would have left ten seconds until the next.
    await waitFor(() => ticks.length === 2, { timeoutMs: 5_000 })
  },
)

/** What FLUSHALL does, to the keys of this test alone. */
async function removeKeys({ options }: TestBroker): Promise<void> {
  const url = new URL(options.redisUrl ?? '')
  const namespace = url.searchParams.get('namespace')
  url.searchParams.delete('namespace')
  const redis = new Redis(url.href)
  const keys = await redis.keys(`${namespace}:*`)
  await redis.unlink(...keys)
  redis.disconnect()
}
