import type { Logger } from 'pino'
import type { Broker } from '../broker/broker.ts'
import type { JobDefinition } from './definitions.ts'
import { queueName } from './job-queue.ts'

/** Does the work of one kind of job. `stop` aborts when the job should end early, at the next safe point. */
export interface JobImplementation<Payload = unknown> {
  readonly job: JobDefinition<Payload>
  run(payload: Payload, stop: AbortSignal): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: each implementation parses its own payload; the list mixes them.
type AnyImplementation = JobImplementation<any>

export interface WorkerOptions {
  readonly broker: Broker
  readonly implementations: readonly AnyImplementation[]
  /** How many jobs this process works on at once. */
  readonly concurrency: number
  readonly log: Logger
}

export interface RunningWorker {
  /** Takes no more jobs, tells those in hand to stop, and resolves when they have ended. */
  stop(): Promise<void>
}

/**
 * What becomes of a job:
 * - it throws: it is given up, and the run that it worked on is enqueued again by `recoverRuns`;
 * - SIGTERM (`stop`): its signal aborts, it writes what it has and ends as usual, having enqueued what is left to do;
 * - SIGKILL, or a process that hangs: its lock runs out after `lockMs`, and another worker takes it over at the next look
 *   for such jobs, at most `lockMs + stalledCheckMs` after the last sign of life. It then runs from the start, so every
 *   job is written to run twice; the one that lost its lock, should it still live, is told to stop.
 * A job given up is forgotten; PostgreSQL knows what it left undone.
 */
const lockMs = 5_000
const stalledCheckMs = 2_500

/** Starts to work. Connections that break are made again; nothing that a job does ends the process. */
export async function startWorker({
  broker,
  implementations,
  concurrency,
  log,
}: WorkerOptions): Promise<RunningWorker> {
  const byName = new Map(implementations.map((implementation) => [implementation.job.name, implementation]))
  const stopping = new AbortController()
  const worker = broker.queues.openWorker(
    queueName,
    async (job, _token, lost) => {
      const implementation = byName.get(job.name)
      if (!implementation)
        throw new Error(`this worker does not know the job "${job.name}", which may come from a newer version`)
      const stop = lost ? AbortSignal.any([stopping.signal, lost]) : stopping.signal
      await implementation.run(implementation.job.payload.parse(job.data), stop)
    },
    {
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      maxStalledCount: 3,
      // After an outage of the broker.
      runRetryDelay: 1_000,
    },
  )
  worker.on('failed', (job, error) => log.error({ err: error, job: job?.name, jobId: job?.id }, 'job failed'))
  worker.on('stalled', (jobId) => log.warn({ jobId }, 'job taken over from a worker that vanished'))
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, 'another worker may have taken the job over')
  })
  await worker.waitUntilReady()
  return {
    stop: async () => {
      stopping.abort()
      await worker.close()
    },
  }
}
