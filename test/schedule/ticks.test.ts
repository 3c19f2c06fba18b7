import type { Queue } from 'bullmq'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Broker } from '../../src/broker/broker.ts'
import { tickJob } from '../../src/jobs/definitions.ts'
import { openJobQueue, queueName } from '../../src/jobs/job-queue.ts'
import { ensureTicks } from '../../src/jobs/ticks.ts'
import { startWorker } from '../../src/jobs/worker.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
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
    const replicas = await Promise.all(Array.from({ length: 5 }, () => openJobQueue(broker)))
    cleanUp(() => Promise.all(replicas.map((replica) => replica.close())))

    await Promise.all(replicas.map((replica) => replica.ensureTicks()))
    await Promise.all(replicas.map((replica) => replica.ensureTicks()))

    const queue = await openQueue(broker)
    expect(await queue.getJobSchedulersCount()).toBe(1)
    expect(await ticksWaiting(queue)).not.toHaveLength(0)
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

    await Promise.all(Array.from({ length: 5 }, () => ensureTicks(queue, 200)))

    // Each of those who called may have made a first tick of its own; one schedule alone makes the next ones.
    await waitFor(() => ticks.length >= 10)
    const [fifthLast = 0, , , , last = 0] = ticks.slice(-5)
    expect(last - fifthLast).toBeGreaterThan(3 * 200)
    expect(await queue.getJobSchedulersCount()).toBe(1)
  })

  test('B13: a broker that lost everything gets its ticks back at the next look', async () => {
    const broker = await createTestBroker(kind)
    const queue = await openQueue(broker)
    await ensureTicks(queue)
    await queue.obliterate({ force: true })
    await queue.removeJobScheduler(tickJob.name)
    expect(await queue.getJobScheduler(tickJob.name)).toBeUndefined()

    await Promise.all([ensureTicks(queue), ensureTicks(queue)])

    expect(await queue.getJobSchedulersCount()).toBe(1)
    expect(await ticksWaiting(queue)).not.toHaveLength(0)
  })
})
