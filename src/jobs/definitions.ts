import { z } from 'zod'
import type { RunChunk } from '../sync/sync-context.ts'

/** What a job is called and what it carries: all that the process which asks for it has to know. */
export interface JobDefinition<Payload = unknown> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
  /** Two jobs with one id are one job, for as long as the first has not ended. */
  readonly idOf: (payload: Payload) => string
}

/** The payload is checked when a job is enqueued and again when it is picked up, perhaps by another version. */
export function defineJob<Payload>(name: string, payload: z.ZodType<Payload>, idOf: (payload: Payload) => string) {
  return { name, payload, idOf } satisfies JobDefinition<Payload>
}

/**
 * Works on one chunk of a run, then makes room: the next chunk queues up behind the jobs of other workspaces, so that a
 * long run delays nobody else's by more than a chunk.
 */
export const workOnRunJob = defineJob(
  'work-on-run',
  z.object({ workspaceId: z.guid(), runId: z.guid(), chunk: z.int().min(0) }) satisfies z.ZodType<RunChunk>,
  ({ runId, chunk }) => `run-${runId}-${chunk}`,
)
