import { describe, expect, test } from 'vitest'
import type { BrokerOptions } from '../../src/broker/broker.ts'
import { BrokerUnreachableError } from '../../src/broker/broker-unreachable-error.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { sampleJob } from '../jobs/sample-job.ts'
import { openTestQueue, startSampleWorker } from '../jobs/sample-worker.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createCuttableLine } from '../support/cuttable-line.ts'
import { brokerKinds, createTestBrokerOptions } from '../support/test-broker.ts'
import { waitFor } from '../support/wait-for.ts'
import { listen } from './listen.ts'

describe.each(brokerKinds)('while the broker is unavailable (%s)', (kind) => {
  /** Opens a broker over a connection that can be cut. */
  async function openCuttableBroker() {
    const options = await createTestBrokerOptions(kind)
    const line = await createCuttableLine(options.redisUrl ?? options.databaseUrl)
    const cuttable: BrokerOptions =
      kind === 'redis' ? { ...options, redisUrl: line.url } : { ...options, databaseUrl: line.url }
    const broker = await openBroker(cuttable)
    cleanUp(() => broker.close())
    return { broker, line }
  }

  test('publishing and enqueueing fail, and work again when it is back', async () => {
    const { broker, line } = await openCuttableBroker()
    const queue = await openTestQueue(broker)
    const publish = () => broker.announcements.publish('run-progressed', 'workspace-1', { runId: 'run-1' })
    const enqueue = () => queue.enqueue(sampleJob, { id: 'a' })

    line.cut()
    await expect(publish()).rejects.toThrow()
    await expect(enqueue()).rejects.toThrow()
    await expect(broker.check()).rejects.toThrow()

    line.restore()
    await waitFor(async () => {
      await broker.check()
      await publish()
      await enqueue()
      return true
    })
  })

  test('listeners wait, check again when it is back, and receive later announcements', async () => {
    const { broker, line } = await openCuttableBroker()
    const before = await listen(broker, 'workspace-1')

    line.cut()
    await waitFor(() =>
      broker.check().then(
        () => false,
        () => true,
      ),
    )
    const meanwhile = await listen(broker, 'workspace-1')
    line.restore()

    expect(await before.next()).toBeNull()
    expect(await meanwhile.next()).toBeNull()
    await waitFor(() =>
      broker.announcements.publish('run-progressed', 'workspace-1', { runId: 'run-1' }).then(() => true),
    )
    expect(await before.next()).toEqual({ runId: 'run-1' })
    expect(await meanwhile.next()).toEqual({ runId: 'run-1' })
  })

  test('a worker waits and continues when it is back', async () => {
    const { broker, line } = await openCuttableBroker()
    const queue = await openTestQueue(broker)
    const ran: string[] = []
    await startSampleWorker(broker, async (id) => void ran.push(id))
    await queue.enqueue(sampleJob, { id: 'before' })
    await waitFor(() => ran.includes('before'))

    line.cut()
    await waitFor(() =>
      broker.check().then(
        () => false,
        () => true,
      ),
    )
    line.restore()
    await waitFor(() => queue.enqueue(sampleJob, { id: 'after' }).then(() => true))

    await waitFor(() => ran.includes('after'))
  })

  test('a start names the broker that does not answer and says what to do', async () => {
    const options = await createTestBrokerOptions(kind)
    const line = await createCuttableLine(options.redisUrl ?? options.databaseUrl)
    line.cut()

    const opening = openBroker(
      kind === 'redis' ? { ...options, redisUrl: line.url } : { ...options, databaseUrl: line.url },
    )

    await expect(opening).rejects.toThrow(BrokerUnreachableError)
    await expect(opening).rejects.toThrow(kind === 'redis' ? /REDIS_URL/ : /DATABASE_URL/)
  })
})
