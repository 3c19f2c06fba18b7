import type { JobImplementation } from './worker.ts'

type Measure = (job: string, work: () => Promise<void>) => Promise<void>

/** The same job, counted and timed. */
export function measured<Payload>(
  { job, run }: JobImplementation<Payload>,
  measureJob: Measure,
): JobImplementation<Payload> {
  return { job, run: (payload, stop) => measureJob(job.name, () => run(payload, stop)) }
}
