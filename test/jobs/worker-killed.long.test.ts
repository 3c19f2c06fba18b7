import { expect, test } from 'vitest'
import { startScript } from '../../embedded/processes.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
import { waitFor } from '../support/wait-for.ts'
import { sampleJob } from './sample-job.ts'
import { openTestQueue, startSampleWorker } from './sample-worker.ts'

eachBroker('a worker process killed in the middle of a job', (kind) => {
  test('another worker takes over the job', async () => {
    const broker = await createTestBroker(kind)
    const queue = await openTestQueue(broker)
    const { databaseUrl, redisUrl } = broker.options
    const doomed = await startScript('test/jobs/hanging-worker.ts', {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl ?? '',
    })
    cleanUp(() => doomed.stop('SIGKILL'))
    await queue.enqueue(sampleJob, { id: 'a' })
    await doomed.untilLine((line) => line === 'took a')
    const took: string[] = []
    await startSampleWorker(broker, async (id) => void took.push(id))

    await doomed.stop('SIGKILL')

    await waitFor(() => took.length > 0)
    expect(took).toEqual(['a'])
  })
})
