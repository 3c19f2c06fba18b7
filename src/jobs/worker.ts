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
  /** Number of jobs that this process works on at the same time. */
  readonly concurrency: number
  readonly log: Logger
}

export interface RunningWorker {
  /** Takes no more jobs, tells current ones to stop, and resolves when they have ended. */
  stop(): Promise<void>
}

/**
 * How a job ends:
 * - It throws: it is given up, and `recoverRuns` enqueues its run again.
 * - SIGTERM (`stop`): its signal aborts, it writes what it has, enqueues the rest, and ends as usual.
 * - SIGKILL, or a process that hangs: its lock expires after `lockMs`, and another worker takes it over at its next check
 *   for such jobs, at most `lockMs + stalledCheckMs` after the last sign of life. The job then runs from the start, so every
 *   job is written to run twice. If the one that lost its lock is still alive, it is told to stop.
 *
 * A job that was given up is forgotten; PostgreSQL knows what it left undone.
 */
const lockMs = 5_000
const stalledCheckMs = 2_500

/** Starts working. Broken connections are reopened, and nothing that a job does ends the process. */
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
