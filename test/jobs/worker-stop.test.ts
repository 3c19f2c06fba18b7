import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
import { waitFor } from '../support/wait-for.ts'
import { sampleJob } from './sample-job.ts'
import { openTestQueue, startSampleWorker } from './sample-worker.ts'

eachBroker('stopping a worker', (kind) => {
  test('tells the current job to stop, waits for it, and leaves the jobs that it enqueued to others', async () => {
    const broker = await createTestBroker(kind)
    const queue = await openTestQueue(broker)
    const events: string[] = []
    const worker = await startSampleWorker(broker, async (id, stop) => {
      events.push(`began ${id}`)
      await once(stop, 'abort')
      await queue.enqueue(sampleJob, { id: 'rest' })
      events.push(`ended ${id}`)
    })
    await queue.enqueue(sampleJob, { id: 'first' })
    await waitFor(() => events.includes('began first'))

    await worker.stop()

    expect(events).toEqual(['began first', 'ended first'])
    await startSampleWorker(broker, async (id) => void events.push(`took over ${id}`))
    await waitFor(() => events.includes('took over rest'))
  })
})
