import type { Broker } from '../broker/broker.ts'
import type { JobDefinition } from './definitions.ts'
import { ensureTicks } from './ticks.ts'

/** All jobs of all workspaces share one queue, first in, first out. */
export const queueName = 'jobs'

/** The side of the queue that asks for jobs. */
export interface JobQueue {
  /**
   * Enqueues a job, or does nothing while one with its id waits or runs. Rejects when the payload is not as defined, and
   * within seconds when the broker is away: what must happen anyway is written down in PostgreSQL first.
   */
  enqueue<Payload>(job: JobDefinition<Payload>, payload: Payload): Promise<void>
  /** Has ticks come to this queue, one at a time for all processes; call it now and again, since a broker may forget. */
  ensureTicks(): Promise<void>
  /** Whether jobs wait that no worker has taken up. */
  hasWaiting(): Promise<boolean>
  /** Close it after the workers that enqueue through it and before the broker. */
  close(): Promise<void>
}

/** Opens the queue for enqueueing. Throws when the broker does not answer. */
export async function openJobQueue(broker: Broker): Promise<JobQueue> {
  const queue = broker.queues.openQueue(queueName, {
    defaultJobOptions: {
      // For what went wrong on the way; a run whose job is given up is found again by the recovery (run-recovery.ts).
      attempts: 3,
      backoff: { type: 'exponential', delay: 1_000 },
      // An ended job must free its id: the same chunk may have to be enqueued again.
      removeOnComplete: true,
      removeOnFail: true,
    },
  })
  await queue.waitUntilReady()
  return {
    enqueue: async (job, payload) => {
      const data = job.payload.parse(payload)
      await queue.add(job.name, data, { jobId: job.idOf(data) })
    },
    ensureTicks: () => ensureTicks(queue),
    hasWaiting: async () => (await queue.getWaitingCount()) > 0,
    close: () => queue.close(),
  }
}
