import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from './stage.ts'

export const terminalStatuses = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'] as const

/** A run as stored in its row. */
export interface RunRow {
  readonly id: string
  readonly workspace_id: string
  readonly status: string
  readonly phase: string
  readonly chunk: number
  readonly checkpoint: unknown
  readonly total: number | null
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly linked: number
  readonly skipped: number
  readonly failed: number
  readonly hubspot_calls: number
  readonly failure_type: string | null
  readonly failure_message: string | null
  readonly hold_reason: string | null
  readonly trigger: string
  readonly scope: string
}

export const hasEnded = ({ status }: Pick<RunRow, 'status'>) => (terminalStatuses as readonly string[]).includes(status)

export const processedOf = ({ created, updated, unchanged, linked, skipped, failed }: RunRow): number =>
  created + updated + unchanged + linked + skipped + failed

const columns = `id, workspace_id, status, phase, chunk, checkpoint, total, created, updated, unchanged, linked, skipped,
  failed, hubspot_calls, failure_type, failure_message, hold_reason, trigger, scope`

export async function readRuns({ store }: Stage, ids: readonly string[]): Promise<RunRow[]> {
  return store.query<RunRow>(`SELECT ${columns} FROM sync_run WHERE id = ANY ($1)`, [ids])
}

/** Every run of a workspace, oldest first. */
export async function runsOf({ store }: Stage, workspaceId: string): Promise<RunRow[]> {
  return store.query<RunRow>(`SELECT ${columns} FROM sync_run WHERE workspace_id = $1 ORDER BY created_at`, [
    workspaceId,
  ])
}

/** Looks at the rows of runs many times a second, and records when each run moved. */
export class RunWatch {
  readonly #stage: Stage
  readonly #ids: readonly string[]
  readonly #moves = new Map<string, { at: number; key: string }[]>()
  readonly #breaks: number[] = []
  readonly #watching: Promise<void>
  #rows = new Map<string, RunRow>()
  #isStopped = false

  constructor(stage: Stage, ids: readonly string[]) {
    this.#stage = stage
    this.#ids = ids
    this.#watching = this.#watch()
  }

  get rows(): readonly RunRow[] {
    return [...this.#rows.values()]
  }

  row(id: string): RunRow | undefined {
    return this.#rows.get(id)
  }

  /** Records that something has just been broken. From now on, the time that runs stand still counts. */
  broke(): void {
    this.#breaks.push(performance.now())
  }

  get hasBroken(): boolean {
    return this.#breaks.length > 0
  }

  get allEnded(): boolean {
    return this.#rows.size === this.#ids.length && this.rows.every(hasEnded)
  }

  /** The longest time in seconds that a run stood still since something was first broken. Null if no run was in progress. */
  secondsUntilMoved(): number | null {
    const brokenAt = this.#breaks[0]
    if (brokenAt === undefined) return null
    const stands = [...this.#moves.values()].flatMap((moves) =>
      moves.slice(1).flatMap(({ at }, index) => {
        const since = Math.max(moves[index]?.at ?? at, brokenAt)
        return at > brokenAt ? [(at - since) / 1_000] : []
      }),
    )
    return stands.length === 0 ? null : Math.max(...stands)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#watching
  }

  async #watch(): Promise<void> {
    while (!this.#isStopped) {
      for (const row of await readRuns(this.#stage, this.#ids).catch(() => [])) {
        this.#rows.set(row.id, row)
        const key = JSON.stringify([row.status, row.phase, row.checkpoint, row.chunk, processedOf(row)])
        const moves = this.#moves.get(row.id) ?? []
        if (moves.at(-1)?.key !== key) moves.push({ at: performance.now(), key })
        this.#moves.set(row.id, moves)
      }
      await sleep(30)
    }
  }
}
