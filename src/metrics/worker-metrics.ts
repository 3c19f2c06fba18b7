import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

export interface WorkerMetrics {
  readonly registry: Registry
  /** Counts and times a job, whether it succeeds or fails. */
  measureJob<T>(job: string, work: () => Promise<T>): Promise<T>
}

interface Counts {
  /** Runs that have not ended, by status. */
  runsByStatus(): Promise<Readonly<Record<string, number>>>
}

/**
 * Metrics of a worker process. The number of runs covers the whole installation, so every worker reports the same number.
 */
export function openWorkerMetrics(registry: Registry, { runsByStatus }: Counts): WorkerMetrics {
  const registers = [registry]
  const jobs = new Counter({
    name: 'sync_jobs_total',
    help: 'Jobs that ended, by name and outcome.',
    labelNames: ['job', 'outcome'],
    registers,
  })
  const durations = new Histogram({
    name: 'sync_job_seconds',
    help: 'Duration of jobs in seconds.',
    labelNames: ['job'],
    buckets: [0.05, 0.25, 1, 2.5, 5, 10, 20, 60],
    registers,
  })
  new Gauge({
    name: 'sync_runs',
    help: 'Runs that have not ended, by status.',
    labelNames: ['status'],
    registers,
    async collect() {
      const counts = await runsByStatus()
      this.reset()
      for (const [status, count] of Object.entries(counts)) this.set({ status }, count)
    },
  })
  return {
    registry,
    measureJob: async (job, work) => {
      const end = durations.startTimer({ job })
      try {
        const result = await work()
        jobs.inc({ job, outcome: 'ok' })
        return result
      } catch (error) {
        jobs.inc({ job, outcome: 'failed' })
        throw error
      } finally {
        end()
      }
    },
  }
}
