import { z } from 'zod'
import type { Queryable } from '../../database/database.ts'
import type { ObjectType, RunPhase, RunScope } from '../../generated/prisma/enums.ts'
import { type SettingsSnapshot, settingsSnapshotSchema } from '../settings/snapshot.ts'
import { sqlListOf, workableStatuses } from './run-states.ts'
import { workUntil } from './work-time.ts'

/** Where a run continues. Ids are decimal text, since JSON has no 64-bit numbers. */
const checkpointSchema = z.object({
  /** Cursor of the current page; null at the beginning of the source. */
  after: z.string().nullable().default(null),
  /** Highest id that is done in this pass. A repeated page skips ids up to this one. */
  lastId: z.string().nullable().default(null),
  /** RETRYING: a record got through in this pass, so another pass may let more through (B51). */
  moved: z.boolean().default(false),
  /** Contacts left out because of the limit (B29). */
  leftOut: z.number().int().default(0),
  /** RETRYING: contacts past the limit take part in this pass, since there has been room for each so far (B29). */
  admitsLeftOut: z.boolean().optional(),
  /** Links that followed HubSpot when this part of the run began. Without any, none can have left. */
  linksAtStart: z.number().int().default(0),
  /** HubSpot was building the list while this run read it, so a missing record has not necessarily left (B58). */
  isListIncomplete: z.boolean().optional(),
})
export type Checkpoint = z.infer<typeof checkpointSchema>

/** A run as known to the worker that holds it. `checkpoint` and counts move with each page. */
export interface Run {
  readonly id: string
  readonly workspaceId: string
  readonly kind: RunScope
  /** CONTACT if the run covers contacts, alone or after the accounts; ACCOUNT if it covers accounts only. */
  readonly objectType: ObjectType
  readonly withAccounts: boolean
  readonly settings: SettingsSnapshot
  readonly chunk: number
  /** Number of the lease under which the worker took up the run. Writes under an earlier lease are refused. */
  readonly fence: bigint
  /** Time since which HubSpot has not answered the run; null while it answers. */
  readonly silentSince: Date | null
  /** Number of times that the run was taken up, including this one, since it last moved or was left in good order. */
  readonly attempts: number
  /** An admin confirmed the number of departed records. */
  readonly departuresConfirmed: boolean
  phase: RunPhase
  checkpoint: Checkpoint
  /** Number of ACTIVE links of the current part. */
  activeLinks: number
  /** A run over single records is waiting for its turn in the workspace. */
  isWaitedFor: boolean
}

/** A run at its beginning that is not stored anywhere, to find out what a run would do. */
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

/** Outcomes (B69) that a page adds to its run. */
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
 * Takes up a run that waits for a worker or lost its own, under the lease with this number. Returns null if the run is
 * not to be worked on: it was paused, has ended, or was taken up under a later lease.
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
 * Leaves a run in good order, and numbers its next chunk so that its job differs from this one. Returns false if the
 * run no longer belongs to this worker.
 */
export async function leaveRun(queryable: Queryable, run: Run, at: Date): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `UPDATE sync_run SET chunk = chunk + 1, ${workUntil('$3')}, attempts = 0
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND fence = $4`,
    [run.id, run.workspaceId, at, run.fence],
  )
  return rowCount === 1
}

/** Gives back a run after a failure, so that the next `recoverRuns` enqueues it. */
export async function returnRun(queryable: Queryable, run: Run): Promise<void> {
  await queryable.query(
    `UPDATE sync_run SET chunk = chunk + 1, heartbeat_at = 'epoch'
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND fence = $3`,
    [run.id, run.workspaceId, run.fence],
  )
}
