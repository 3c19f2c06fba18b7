import type { Broker } from '../broker/broker.ts'
import type { JobDefinition } from './definitions.ts'

/** All jobs of all workspaces share one queue, first in, first out. */
export const queueName = 'jobs'

/** The enqueueing side of the queue. */
export interface JobQueue {
  /**
   * Enqueues a job, or does nothing while one with its id waits or runs. Rejects if the payload does not match the
   * definition, and within seconds if the broker is unavailable: store what must happen anyway in PostgreSQL first.
   */
  enqueue<Payload>(job: JobDefinition<Payload>, payload: Payload): Promise<void>
  /** True if jobs wait that no worker has taken up. */
  hasWaiting(): Promise<boolean>
  /** Close it after the workers that enqueue through it and before the broker. */
  close(): Promise<void>
}

/** Opens the queue for enqueueing. Throws if the broker does not answer. */
export async function openJobQueue(broker: Broker): Promise<JobQueue> {
  const queue = broker.queues.openQueue(queueName, {
    defaultJobOptions: {
      // `recoverRuns` enqueues a run whose job failed. A delayed second attempt would be due by this process's clock,
      // and until then its id would prevent the run from being enqueued.
      attempts: 1,
      // An ended job must release its id: the same chunk may have to be enqueued again.
      removeOnComplete: true,
      removeOnFail: true,
    },
  })
  await queue.waitUntilReady()
  // Earlier versions scheduled due times in the queue; now they are in PostgreSQL (start-due-runs.ts).
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
