import { expect, test } from 'vitest'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
import { waitFor } from '../support/wait-for.ts'
import { sampleJob } from './sample-job.ts'
import { openTestQueue, startSampleWorker } from './sample-worker.ts'

eachBroker('a job', (kind) => {
  test('enqueued twice runs once, and again when it is enqueued after it has ended', async () => {
    const broker = await createTestBroker(kind)
    const queue = await openTestQueue(broker)
    const ran: string[] = []

    await queue.enqueue(sampleJob, { id: 'a' })
    await queue.enqueue(sampleJob, { id: 'a' })
    await queue.enqueue(sampleJob, { id: 'b' })
    await startSampleWorker(broker, async (id) => void ran.push(id))
    await waitFor(() => ran.includes('b'))
    expect(ran).toEqual(['a', 'b'])

    await waitFor(async () => {
      await queue.enqueue(sampleJob, { id: 'a' })
      return ran.length === 3
    })
    expect(ran).toEqual(['a', 'b', 'a'])
  })

  test('that throws is given up, and can be enqueued again', async () => {
    const broker = await createTestBroker(kind)
    const queue = await openTestQueue(broker)
    let tries = 0
    await startSampleWorker(broker, async () => {
      tries++
      if (tries === 1) throw new Error('the first try fails')
    })
    await queue.enqueue(sampleJob, { id: 'a' })
    await waitFor(() => tries === 1)

    // Until the first one has failed, its id is taken.
    await waitFor(async () => {
      await queue.enqueue(sampleJob, { id: 'a' })
      return tries === 2
    })
  })

  test('whose payload does not match its definition is refused when it is enqueued', async () => {
    const queue = await openTestQueue(await createTestBroker(kind))

    await expect(queue.enqueue(sampleJob, { id: 5 } as never)).rejects.toThrow('expected string')
  })
})
