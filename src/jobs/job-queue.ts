import type { Broker } from '../broker/broker.ts'
import type { JobDefinition } from './definitions.ts'

/** All jobs of all workspaces share one queue, first in, first out. */
export const queueName = 'jobs'

/** The side of the queue that asks for jobs. */
export interface JobQueue {
  /**
   * Enqueues a job, or does nothing while one with its id waits or runs. Rejects when the payload is not as defined, and
   * within seconds when the broker is away: what must happen anyway is written down in PostgreSQL first.
   */
  enqueue<Payload>(job: JobDefinition<Payload>, payload: Payload): Promise<void>
  /** Whether jobs wait that no worker has taken up. */
  hasWaiting(): Promise<boolean>
  /** Close it after the workers that enqueue through it and before the broker. */
  close(): Promise<void>
}

/** Opens the queue for enqueueing. Throws when the broker does not answer. */
export async function openJobQueue(broker: Broker): Promise<JobQueue> {
  const queue = broker.queues.openQueue(queueName, {
    defaultJobOptions: {
      // A run whose job failed is found again by `recoverRuns`. A second attempt after a while would be due by this process's
      // clock, and until then its id would keep the run from being enqueued.
      attempts: 1,
      // An ended job must free its id: the same chunk may have to be enqueued again.
      removeOnComplete: true,
      removeOnFail: true,
    },
  })
  await queue.waitUntilReady()
  // Earlier versions had the queue tell them the time; due times are looked up in PostgreSQL (start-due-runs.ts).
  await queue.removeJobScheduler('tick')
  return {
    enqueue: async (job, payload) => {
      const data = job.payload.parse(payload)
      await queue.add(job.name, data, { jobId: job.idOf(data) })
    },
    hasWaiting: async () => (await queue.getWaitingCount()) > 0,
    close: () => queue.close(),
  }
}
