import type { Queryable } from '../../database/database.ts'
import {
  type ContactSource,
  type ObjectType,
  RunPhase,
  type RunScope,
  RunStatus,
} from '../../generated/prisma/enums.ts'

/** Whether a run with this status is open, and which statuses may follow. */
interface State {
  /** The run has not ended: a worker is working on it, or will. */
  readonly isOpen: boolean
  readonly next: readonly RunStatus[]
  /** What the status means, for docs/runs.md. */
  readonly meaning: string
}

/**
 * Every status of a run and the statuses that may follow it. `transition` rejects every other step, and docs/runs.md is
 * generated from this table. A status that may follow itself can be taken up again by a worker (RUNNING after a crash).
 */
export const states: Readonly<Record<RunStatus, State>> = {
  QUEUED: {
    isOpen: true,
    next: ['RUNNING', 'PAUSED', 'CANCELLED'],
    meaning: 'Waiting for a worker.',
  },
  RUNNING: {
    isOpen: true,
    next: ['RUNNING', 'PAUSED', 'THROTTLED', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'],
    meaning: 'In progress. If the worker dies, another one continues at the checkpoint.',
  },
  PAUSED: {
    isOpen: true,
    next: ['QUEUED', 'CANCELLED'],
    meaning: 'Waiting for an admin: paused, or held because many records left HubSpot at once.',
  },
  THROTTLED: {
    isOpen: true,
    next: ['QUEUED', 'PAUSED', 'CANCELLED'],
    meaning: 'Waiting for HubSpot. It continues by itself at `resumeAt`.',
  },
  COMPLETED: { isOpen: false, next: [], meaning: 'Every record in the selected source was synced.' },
  COMPLETED_WITH_ERRORS: {
    isOpen: false,
    next: [],
    meaning: 'Every record in the selected source was processed, and some have an open error.',
  },
  FAILED: {
    isOpen: false,
    next: [],
    meaning: 'It could not continue; `failure` tells why. Records that were already written stay.',
  },
  CANCELLED: {
    isOpen: false,
    next: [],
    meaning: 'Ended by an admin or by a change of portal. Records that were already written stay.',
  },
}

const allStatuses = Object.values(RunStatus)

/** Statuses of runs that have not ended. */
export const openStatuses: readonly RunStatus[] = allStatuses.filter((status) => states[status].isOpen)

/** Statuses of runs that processed every record. */
export const completedStatuses = ['COMPLETED', 'COMPLETED_WITH_ERRORS'] as const satisfies RunStatus[]

/** Statuses of runs that a worker may take up. */
export const workableStatuses = statusesBefore('RUNNING')

/** The statuses as a list of SQL literals, for statements whose query plan depends on them. */
export function sqlListOf(statuses: readonly RunStatus[]): string {
  return statuses.map((status) => `'${status}'`).join(', ')
}

export const openStatusesSql = sqlListOf(openStatuses)

/** Statuses that `status` may follow. */
export function statusesBefore(status: RunStatus): readonly RunStatus[] {
  return allStatuses.filter((from) => states[from].next.includes(status))
}

export function hasEnded(run: { readonly status: RunStatus }): boolean {
  return !states[run.status].isOpen
}

/** What a phase does. Each step has one function in src/sync/engine. */
export type Step = 'prepare' | 'collect' | 'sync' | 'settle' | 'retry' | 'finish'

interface Phase {
  /** Name of the phase, for people. */
  readonly title: string
  readonly step: Step
  /** Type of the records that the phase processes; null if the phase concerns the run itself. */
  readonly objectType: ObjectType | null
  /** The next phase; a run skips phases that do not apply to it (`phaseAfter`). */
  readonly next: RunPhase | null
}

/** The phases in order: accounts come before contacts (B66). */
export const phases: Readonly<Record<RunPhase, Phase>> = {
  PREPARING: { title: 'Preparing', step: 'prepare', objectType: null, next: 'SYNCING_ACCOUNTS' },
  SYNCING_ACCOUNTS: { title: 'Syncing companies', step: 'sync', objectType: 'ACCOUNT', next: 'SETTLING_ACCOUNTS' },
  SETTLING_ACCOUNTS: {
    title: 'Checking companies that are gone',
    step: 'settle',
    objectType: 'ACCOUNT',
    next: 'RETRYING_ACCOUNTS',
  },
  RETRYING_ACCOUNTS: {
    title: 'Retrying skipped companies',
    step: 'retry',
    objectType: 'ACCOUNT',
    next: 'COLLECTING_CONTACTS',
  },
  COLLECTING_CONTACTS: {
    title: 'Finding the contacts of the companies',
    step: 'collect',
    objectType: 'CONTACT',
    next: 'SYNCING_CONTACTS',
  },
  SYNCING_CONTACTS: { title: 'Syncing contacts', step: 'sync', objectType: 'CONTACT', next: 'SETTLING_CONTACTS' },
  SETTLING_CONTACTS: {
    title: 'Checking contacts that are gone',
    step: 'settle',
    objectType: 'CONTACT',
    next: 'RETRYING_CONTACTS',
  },
  RETRYING_CONTACTS: { title: 'Retrying skipped contacts', step: 'retry', objectType: 'CONTACT', next: 'FINISHED' },
  FINISHED: { title: 'Finished', step: 'finish', objectType: null, next: null },
}

/** The phases that process one type of record. */
export function phasesOf(objectType: ObjectType): readonly RunPhase[] {
  return Object.values(RunPhase).filter((phase) => phases[phase].objectType === objectType)
}

/** The properties of a run that decide which phases it goes through. */
interface Outline {
  readonly kind: RunScope
  readonly objectType: ObjectType
  readonly withAccounts: boolean
  readonly settings: { readonly contactSource: ContactSource | null }
}

/** The phase that a run enters when it leaves `phase`. */
export function phaseAfter(run: Outline, phase: RunPhase): RunPhase {
  let next = phases[phase].next
  while (next !== null && !hasUseFor(run, next)) next = phases[next].next
  return next ?? 'FINISHED'
}

function hasUseFor(run: Outline, phase: RunPhase): boolean {
  const { step, objectType } = phases[phase]
  if (objectType === 'ACCOUNT') return run.objectType === 'ACCOUNT' || run.withAccounts
  if (objectType === 'CONTACT' && run.objectType !== 'CONTACT') return false
  // The ids of a run over single records are stored when it is created.
  return step !== 'collect' || (run.kind !== 'RECORDS' && run.settings.contactSource === 'FROM_SYNCED_ACCOUNTS')
}

/** The run was paused, cancelled, ended, or taken over since it was read: stop, and write nothing more. */
export class RunTakenError extends Error {
  override name = 'RunTakenError'
}

/** Columns of `sync_run` that a transition may set, by name. */
export type RunColumns = Partial<Record<RunColumn, unknown>>
type RunColumn =
  | 'attempts'
  | 'chunk'
  | 'departures_confirmed'
  | 'failure_message'
  | 'failure_type'
  | 'fence'
  | 'finished_at'
  | 'heartbeat_at'
  | 'hold_reason'
  | 'phase'
  | 'resume_at'
  | 'silent_since'
  | 'total'
  | 'wait_reason'

/** An SQL expression over the row itself, as the value of a column. Must never contain outside input. */
export class Expression {
  readonly sql: string
  constructor(sql: string) {
    this.sql = sql
  }
}

/** The number of the next chunk, so that its job differs from the previous one. */
export const nextChunk = new Expression('chunk + 1')

/** A run, and on whose behalf: `fence` is the number of the lease under which the worker took it up. */
export interface RunName {
  readonly id: string
  readonly workspaceId: string
  readonly fence?: bigint
}

/**
 * Moves a run from one status to another and sets columns in the same statement. Throws {@link RunTakenError} if the run is
 * no longer in one of the statuses `from`, or another worker has taken it up (`fence`). Throws a plain Error for a step that
 * {@link states} does not contain, which is a programming mistake.
 */
export async function transition(
  client: Queryable,
  { id, workspaceId, fence }: RunName,
  from: RunStatus | readonly RunStatus[],
  to: RunStatus,
  columns: RunColumns = {},
): Promise<void> {
  const fenced = fence === undefined ? '' : ` AND fence = ${fence}`
  const where = { sql: `id = $1 AND workspace_id = $2${fenced}`, values: [id, workspaceId] }
  const moved = await transitionAll(client, where, [from].flat(), to, columns)
  if (moved.length === 0) throw new RunTakenError(`run ${id} can no longer become ${to}`)
}

/** Like `transition`, for every run that `where` selects. Returns the runs that were moved, possibly none. */
export async function transitionAll(
  client: Queryable,
  where: { readonly sql: string; readonly values: readonly unknown[] },
  from: readonly RunStatus[],
  to: RunStatus,
  columns: RunColumns = {},
): Promise<MovedRun[]> {
  for (const status of from) {
    if (!states[status].next.includes(to)) throw new Error(`a run that is ${status} cannot become ${to}`)
  }
  const values: unknown[] = [...where.values, [...from], to]
  const sets = [`status = $${values.length}`]
  for (const [column, value] of Object.entries(columns)) {
    if (value === undefined) continue
    if (value instanceof Expression) {
      sets.push(`${column} = ${value.sql}`)
    } else {
      sets.push(`${column} = $${values.push(value)}`)
    }
  }
  const { rows } = await client.query<MovedRun>(
    `UPDATE sync_run SET ${sets.join(', ')}
     WHERE ${where.sql} AND status = ANY ($${where.values.length + 1}::run_status[])
     RETURNING id, workspace_id AS "workspaceId", chunk`,
    values,
  )
  return rows
}

export interface MovedRun {
  readonly id: string
  readonly workspaceId: string
  readonly chunk: number
}
