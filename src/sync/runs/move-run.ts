import type { Queryable } from '../../database/database.ts'
import type { RunPhase } from '../../generated/prisma/enums.ts'
import type { Checkpoint, Counts, Run } from './run.ts'
import { Expression, RunTakenError, sqlListOf, transition, workableStatuses } from './run-states.ts'
import { worked, workUntil } from './work-time.ts'

/** The checkpoint at the beginning of a phase. */
export function freshCheckpoint(run: Run): Checkpoint {
  const { admitsLeftOut: _, ...rest } = run.checkpoint
  return { ...rest, after: null, lastId: null, moved: false }
}

/** The position and counts of a run after a part of its work is written. */
export interface Move {
  readonly phase: RunPhase
  readonly checkpoint: Checkpoint
  readonly counts: Counts
  readonly activeLinks: number
}

/**
 * Moves the run to `move`, in the transaction that wrote the corresponding rows: a crash can repeat a page but never
 * skip one. Throws {@link RunTakenError} unless the run is still running and is where this worker left it, so that two
 * workers never both count a page and a cancellation is never overwritten.
 */
export async function moveRun(client: Queryable, run: Run, move: Move, at: Date): Promise<void> {
  const { counts } = move
  const { rows } = await client.query<{ is_waited_for: boolean }>({
    text: `
      UPDATE sync_run SET phase = $5, checkpoint = $6, active_links = $7,
        created = created + $8, updated = updated + $9, unchanged = unchanged + $10, linked = linked + $11,
        skipped = skipped + $12, failed = failed + $13, rate_per_second = ${rate}, ${workUntil('$14')},
        attempts = 0, silent_since = NULL
      WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND phase = $3 AND checkpoint = $4::jsonb AND fence = $15
      RETURNING EXISTS (
        SELECT FROM sync_run single WHERE single.workspace_id = $2 AND single.scope = 'RECORDS'
          AND single.status IN (${sqlListOf(workableStatuses)}) AND single.id <> $1) AS is_waited_for`,
    values: [
      run.id,
      run.workspaceId,
      run.phase,
      JSON.stringify(run.checkpoint),
      move.phase,
      JSON.stringify(move.checkpoint),
      move.activeLinks,
      counts.created,
      counts.updated,
      counts.unchanged,
      counts.linked,
      counts.skipped,
      counts.failed,
      at,
      run.fence,
    ],
  })
  const [moved] = rows
  if (moved === undefined) throw new RunTakenError(`run ${run.id} is not this worker's to move`)
  run.isWaitedFor = moved.is_waited_for
}

/** Time over which the rate is averaged, so that a dashboard shows a steady figure. */
const rateSeconds = 5

/**
 * Recent number of records per second: the average so far at the beginning, and later an average in which the last
 * seconds count most. A move that counts nothing does not change it.
 */
const counted = '($8 + $9 + $10 + $11 + $12 + $13)'
const seconds = `greatest(${worked('$14')}, 0.001)`
const weight = `least(1, ${seconds} / least(${rateSeconds}, work_seconds + ${seconds}))`
const rate = `CASE WHEN ${counted} = 0 THEN rate_per_second ELSE
    coalesce(rate_per_second * (1 - ${weight}), 0)
      + ${counted} / ${seconds} * CASE WHEN rate_per_second IS NULL THEN 1 ELSE ${weight} END END`

/** Updates the run in memory with what {@link moveRun} wrote. Call it after the commit. */
export function standAt(run: Run, move: Move): void {
  run.phase = move.phase
  run.checkpoint = move.checkpoint
  run.activeLinks = move.activeLinks
}

/**
 * Stores the number of records to process, as far as it is known, and the time at which the work began. Throws {@link
 * RunTakenError}.
 */
export async function beginCount(client: Queryable, run: Run, total: number | null, at: Date): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE sync_run SET total = $3, started_at = coalesce(started_at, $4), ${workUntil('$4')}, checkpoint = $5
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND phase = 'PREPARING' AND fence = $6`,
    [run.id, run.workspaceId, total, at, JSON.stringify(run.checkpoint), run.fence],
  )
  if (rowCount === 0) throw new RunTakenError(`run ${run.id} is not this worker's to begin`)
}

/** The state in which a run enters a phase. */
export interface Entry {
  readonly phase: RunPhase
  readonly checkpoint: Checkpoint
  readonly activeLinks: number
  /** Records that the previous phase left skipped, and that were not counted until now (B69). */
  readonly blocked: number
}

/**
 * Moves the run from its phase to another one, and stores what the old phase completes: the accounts' counts after the
 * accounts, and the total after the contacts are collected. Throws {@link RunTakenError} like `moveRun`.
 */
export async function enterPhase(client: Queryable, run: Run, entry: Entry, at: Date): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE sync_run SET phase = $5, checkpoint = $6, active_links = $7, skipped = skipped + $8, ${workUntil('$9')},
       attempts = 0, silent_since = NULL,
       accounts_progress = CASE WHEN $3 = 'RETRYING_ACCOUNTS'::run_phase THEN jsonb_build_object(
         'created', created, 'updated', updated, 'unchanged', unchanged, 'linked', linked, 'skipped', skipped + $8,
         'failed', failed, 'workSeconds', work_seconds + ${worked('$9')}) ELSE accounts_progress END,
       total = CASE WHEN $3 = 'COLLECTING_CONTACTS'::run_phase THEN ${processed}
           + (SELECT count(*)::integer FROM sync_run_member WHERE run_id = $1 AND workspace_id = $2)
         ELSE total END
     WHERE id = $1 AND workspace_id = $2 AND status = 'RUNNING' AND phase = $3 AND checkpoint = $4::jsonb AND fence = $10`,
    [
      run.id,
      run.workspaceId,
      run.phase,
      JSON.stringify(run.checkpoint),
      entry.phase,
      JSON.stringify(entry.checkpoint),
      entry.activeLinks,
      entry.blocked,
      at,
      run.fence,
    ],
  )
  if (rowCount === 0) throw new RunTakenError(`run ${run.id} is not this worker's to move`)
}

/** The sum of the six outcomes (B69). */
const processed = 'created + updated + unchanged + linked + skipped + failed'

/**
 * Completes a run that has gone through all of its phases. Its total becomes what it processed. Throws {@link
 * RunTakenError}.
 */
export async function completeRunRow(client: Queryable, run: Run, hasErrors: boolean, at: Date): Promise<void> {
  await transition(client, run, 'RUNNING', hasErrors ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED', {
    finished_at: at,
    heartbeat_at: at,
    hold_reason: null,
    total: new Expression(processed),
  })
}
