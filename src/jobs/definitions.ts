import { z } from 'zod'
import type { RunChunk } from '../sync/sync-context.ts'

/** The name of a job and its payload: everything that the process which enqueues it has to know. */
export interface JobDefinition<Payload = unknown> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
  /** Two jobs with the same id are one job, until the first has ended. */
  readonly idOf: (payload: Payload) => string
}

/** The payload is checked when a job is enqueued and again when it is taken up, possibly by another version. */
export function defineJob<Payload>(name: string, payload: z.ZodType<Payload>, idOf: (payload: Payload) => string) {
  return { name, payload, idOf } satisfies JobDefinition<Payload>
}

/**
 * Works on one chunk of a run. The next chunk queues behind the jobs of other workspaces, so that a long run delays
 * others by at most one chunk.
 */
export const workOnRunJob = defineJob(
  'work-on-run',
  z.object({ workspaceId: z.guid(), runId: z.guid(), chunk: z.int().min(0) }) satisfies z.ZodType<RunChunk>,
  ({ runId, chunk }) => `run-${runId}-${chunk}`,
)
