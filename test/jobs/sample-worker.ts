import { pino } from 'pino'
import type { Broker } from '../../src/broker/broker.ts'
import { openJobQueue } from '../../src/jobs/job-queue.ts'
import { startWorker } from '../../src/jobs/worker.ts'
import { cleanUp } from '../support/clean-up.ts'
import { sampleJob } from './sample-job.ts'

/** Opens the queue for as long as the test runs. */
export async function openTestQueue(broker: Broker) {
  const queue = await openJobQueue(broker)
  cleanUp(() => queue.close())
  return queue
}

/** Starts a worker that calls `run` for each sample job, for as long as the test runs. */
export async function startSampleWorker(
  broker: Broker,
  run: (id: string, stop: AbortSignal) => Promise<void>,
  concurrency = 1,
) {
  const worker = await startWorker({
    broker,
    implementations: [{ job: sampleJob, run: ({ id }, stop) => run(id, stop) }],
    concurrency,
    log: pino({ level: 'silent' }),
  })
  cleanUp(() => worker.stop())
  return worker
}
