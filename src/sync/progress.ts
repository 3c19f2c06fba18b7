import type { SyncRun } from '../generated/prisma/client.ts'

export interface Progress {
  readonly processed: number
  /** Null until the size of the list is known. */
  readonly total: number | null
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly linked: number
  readonly skipped: number
  readonly failed: number
  /** Contacts per second lately; null before the first page and after the end. */
  readonly ratePerSecond: number | null
  /** Seconds until the list is worked through at that rate; null where that cannot be said. */
  readonly etaSeconds: number | null
}

/** How far a run is (B68); its six outcomes add up to `processed` (B69). */
export function progressOf(run: SyncRun): Progress {
  const { total, created, updated, unchanged, linked, skipped, failed } = run
  const processed = created + updated + unchanged + linked + skipped + failed
  const ratePerSecond = run.status === 'RUNNING' ? run.ratePerSecond : null
  const left = total === null ? null : Math.max(0, total - processed)
  const etaSeconds = left === null || !ratePerSecond ? null : left / ratePerSecond
  return { processed, total, created, updated, unchanged, linked, skipped, failed, ratePerSecond, etaSeconds }
}

const terminal: readonly SyncRun['status'][] = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED']

export function hasEnded(run: Pick<SyncRun, 'status'>): boolean {
  return terminal.includes(run.status)
}
