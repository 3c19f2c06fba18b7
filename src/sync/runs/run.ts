import { z } from 'zod'
import type { Queryable } from '../../database/database.ts'
import type { ObjectType, RunPhase, RunScope } from '../../generated/prisma/enums.ts'
import { type SettingsSnapshot, settingsSnapshotSchema } from '../settings/snapshot.ts'
import { sqlListOf, workableStatuses } from './run-states.ts'

/** From where a run goes on. Ids are decimal text, since JSON has no 64-bit numbers. */
const checkpointSchema = z.object({
  /** Cursor of the page under way; null at the beginning of what is in scope. */
  after: z.string().nullable().default(null),
  /** Highest id done in this pass; what a repeated page holds up to here is skipped. */
  lastId: z.string().nullable().default(null),
  /** RETRYING: a record got through in this pass, so another pass may let more through (B51). */
  moved: z.boolean().default(false),
  /** Contacts left out for the limit (B29). */
  leftOut: z.number().int().default(0),
  /** RETRYING: contacts past the limit take part in this pass, since there has been room for each so far (B29). */
  admitsLeftOut: z.boolean().optional(),
  /** Links that followed HubSpot when this part of the run began; without any, none can have left. */
  linksAtStart: z.number().int().default(0),
  /** HubSpot was building the list while this run read it: whatever is missing there has not left (B58). */
  isListIncomplete: z.boolean().optional(),
})
export type Checkpoint = z.infer<typeof checkpointSchema>

/** A run as the worker that holds it knows it; `checkpoint` and counts move with each page. */
export interface Run {
  readonly id: string
  readonly workspaceId: string
  readonly kind: RunScope
  /** Contacts, alone or after the accounts; or the accounts alone. */
  readonly objectType: ObjectType
  readonly withAccounts: boolean
  readonly settings: SettingsSnapshot
  readonly chunk: number
  /** Number of the lease under which the worker took the run up; what a holder of an earlier lease writes is refused. */
  readonly fence: bigint
  /** Since when HubSpot has given the run no answer; null while it answers. */
  readonly silentSince: Date | null
  /** How often the run was taken up, this time included, since it last moved or was left in good order. */
  readonly attempts: number
  /** An admin agreed that as many records left as did. */
  readonly departuresConfirmed: boolean
  phase: RunPhase
  checkpoint: Checkpoint
  /** ACTIVE links of the part under way. */
  activeLinks: number
  /** A run over single records waits for its turn in the workspace. */
  isWaitedFor: boolean
}

/** A run at its beginning that is not written down anywhere: for whatever only asks what a run would do. */
export function newRun(given: Pick<Run, 'id' | 'workspaceId' | 'kind' | 'objectType' | 'settings'>): Run {
  return {
    ...given,
    withAccounts: false,
    chunk: 0,
    fence: 0n,
    silentSince: null,
    attempts: 1,
    departuresConfirmed: false,
    phase: 'PREPARING',
    checkpoint: checkpointSchema.parse({}),
    activeLinks: 0,
    isWaitedFor: false,
  }
}

/** Results of B69 that a page adds to its run. */
export interface Counts {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly linked: number
  readonly skipped: number
  readonly failed: number
}

export const noCounts: Counts = { created: 0, updated: 0, unchanged: 0, linked: 0, skipped: 0, failed: 0 }

/**
 * Takes a run up that waits for a worker or lost its own, under the lease of this number. Null for a run that is not to be
 * worked on: it was paused, has ended, or was taken up under a later lease.
 */
export async function takeUpRun(
  queryable: Queryable,
  { workspaceId, runId }: { readonly workspaceId: string; readonly runId: string },
  fence: bigint,
  at: Date,
): Promise<Run | null> {
  const { rows } = await queryable.query<Row>(
    `UPDATE sync_run SET status = 'RUNNING', heartbeat_at = $3, fence = $4, attempts = attempts + 1,
       wait_reason = NULL
     WHERE id = $1 AND workspace_id = $2 AND status IN (${sqlListOf(workableStatuses)}) AND fence <= $4
     RETURNING id, workspace_id AS "workspaceId", scope AS kind, object_type AS "objectType", with_accounts AS "withAccounts",
       settings, chunk, fence, attempts, silent_since AS "silentSince",
       departures_confirmed AS "departuresConfirmed", phase, checkpoint, active_links AS "activeLinks"`,
    [runId, workspaceId, at, fence],
  )
  const [row] = rows
  if (row === undefined) return null
  const { settings, checkpoint, ...rest } = row
  return {
    ...rest,
    isWaitedFor: false,
    settings: settingsSnapshotSchema.parse(settings),
    checkpoint: checkpointSchema.parse(checkpoint),
  }
}

type Row = Omit<Run, 'settings' | 'checkpoint' | 'isWaitedFor'> & {
  readonly settings: unknown
  readonly checkpoint: unknown
}

/**
 * Leaves a run in good order and numbers its next chunk, so that its job is another one than this one's. False where the
 * run is no longer this worker's.
 */
export async function leaveRun(queryable: Queryable, run: Run, at: Date): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `UPDATE sync_run SET chunk = chunk + 1, heartbeat_at = $3, attempts = 0
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND fence = $4`,
    [run.id, run.workspaceId, at, run.fence],
  )
  return rowCount === 1
}

/** Gives a run back after a failure, so that `recoverRuns` enqueues it at its next look. */
export async function returnRun(queryable: Queryable, run: Run): Promise<void> {
  await queryable.query(
    `UPDATE sync_run SET chunk = chunk + 1, heartbeat_at = 'epoch'
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND fence = $3`,
    [run.id, run.workspaceId, run.fence],
  )
}
