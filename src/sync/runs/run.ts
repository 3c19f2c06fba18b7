import { z } from 'zod'
import type { Queryable } from '../../database/database.ts'
import type { ObjectType, RunPhase, RunScope } from '../../generated/prisma/enums.ts'
import { type SettingsSnapshot, settingsSnapshotSchema } from '../settings/snapshot.ts'

/** From where a run goes on. Ids are decimal text, since JSON has no 64-bit numbers. */
const checkpointSchema = z.object({
  /** Cursor of the page under way; null at the beginning of what is in scope. */
  after: z.string().nullable().default(null),
  /** Highest id done in this pass; what a repeated page holds up to here is skipped. */
  lastId: z.string().nullable().default(null),
  /** RETRYING: a record got through in this pass, so another pass may let more through (B51). */
  moved: z.boolean().default(false),
  /** Contacts left out for the limit so far (B29). */
  leftOut: z.number().int().default(0),
  /** Links that followed HubSpot when this part of the run began; without any, none can have left. */
  linksAtStart: z.number().int().default(0),
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

/** The run was paused, cancelled, ended or taken over since it was read: stop, and write nothing more of it. */
export class RunTakenError extends Error {
  override name = 'RunTakenError'
}

/**
 * Takes a run up that waits for a worker or lost its own, and says that it is being worked on. Null for a run that is not
 * to be worked on: it was paused or has ended.
 */
export async function takeUpRun(
  queryable: Queryable,
  { workspaceId, runId }: { readonly workspaceId: string; readonly runId: string },
  at: Date,
): Promise<Run | null> {
  const { rows } = await queryable.query<Row>(
    `UPDATE sync_run SET status = 'RUNNING', heartbeat_at = $3
     WHERE id = $1 AND workspace_id = $2 AND status IN ('QUEUED', 'RUNNING')
     RETURNING id, workspace_id AS "workspaceId", scope AS kind, object_type AS "objectType", with_accounts AS "withAccounts",
       settings, chunk, departures_confirmed AS "departuresConfirmed", phase, checkpoint, active_links AS "activeLinks"`,
    [runId, workspaceId, at],
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

/** The checkpoint at the beginning of a phase. */
export function freshCheckpoint(run: Run): Checkpoint {
  return { ...run.checkpoint, after: null, lastId: null, moved: false }
}

export interface Step {
  readonly phase: RunPhase
  readonly checkpoint: Checkpoint
  readonly counts: Counts
  readonly activeLinks: number
}

/**
 * Moves the run to where `step` says, in the transaction that wrote what the step vouches for: a crash between the two
 * can repeat a page and never skip one. Throws {@link RunTakenError} unless the run is still running and stands where
 * this worker left it, so that two workers can never both count a page and a cancellation is never overwritten.
 */
export async function moveRun(client: Queryable, run: Run, step: Step, at: Date): Promise<void> {
  const { counts } = step
  const { rows } = await client.query<{ is_waited_for: boolean }>({
    text: `
      UPDATE sync_run SET phase = $5, checkpoint = $6, active_links = $7,
        created = created + $8, updated = updated + $9, unchanged = unchanged + $10, linked = linked + $11,
        skipped = skipped + $12, failed = failed + $13, rate_per_second = ${rate}, heartbeat_at = $14, stalls = 0
      WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND phase = $3 AND checkpoint = $4::jsonb
      RETURNING EXISTS (
        SELECT FROM sync_run single WHERE single.workspace_id = $2 AND single.scope = 'RECORDS'
          AND single.status IN ('QUEUED', 'RUNNING') AND single.id <> $1) AS is_waited_for`,
    values: [
      run.id,
      run.workspaceId,
      run.phase,
      JSON.stringify(run.checkpoint),
      step.phase,
      JSON.stringify(step.checkpoint),
      step.activeLinks,
      counts.created,
      counts.updated,
      counts.unchanged,
      counts.linked,
      counts.skipped,
      counts.failed,
      at,
    ],
  })
  const [moved] = rows
  if (moved === undefined) throw new RunTakenError(`run ${run.id} is not this worker's to move`)
  run.isWaitedFor = moved.is_waited_for
}

/**
 * Contacts per second since the last sign of life, smoothed over some pages, so that a dashboard sees a steady figure and
 * a pause or a restart leaves no trace after a few of them.
 */
const instant = `($8 + $9 + $10 + $11 + $12 + $13)::float / greatest(extract(epoch FROM $14 - heartbeat_at), 0.001)`
const rate = `coalesce(rate_per_second * 0.9 + 0.1 * ${instant}, ${instant})`

/** Takes over in memory what {@link moveRun} wrote, once its transaction is committed. */
export function standAt(run: Run, step: Step): void {
  run.phase = step.phase
  run.checkpoint = step.checkpoint
  run.activeLinks = step.activeLinks
}
