import { z } from 'zod'
import type { SyncRun } from '../../generated/prisma/client.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import { hasEnded } from './run-states.ts'

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
  /**
   * Recent number of records per second, and after the end the average over the time that workers spent on the run. Null
   * before the first records and while the run waits.
   */
  readonly ratePerSecond: number | null
  /** Estimated seconds until the end at that rate; null if it cannot be estimated. */
  readonly etaSeconds: number | null
}

const countsSchema = z.object({
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  linked: z.number(),
  skipped: z.number(),
  failed: z.number(),
})
type Counts = z.infer<typeof countsSchema>
/** Runs of earlier versions did not store the time. */
const accountsSchema = countsSchema.extend({ workSeconds: z.number().default(0) })

const outcomes = ['created', 'updated', 'unchanged', 'linked', 'skipped', 'failed'] as const
const none: Counts = { created: 0, updated: 0, unchanged: 0, linked: 0, skipped: 0, failed: 0 }

/**
 * The progress of a run (B68), for one type of record or, by default, for all. The six outcomes add up to `processed`
 * (B69).
 */
export function progressOf(run: SyncRun, objectType: ObjectType | null = null): Progress {
  const { total, counts, workSeconds, isUnderWay } = objectType === null ? wholeOf(run) : partOf(run, objectType)
  const processed = sumOf(counts)
  const ratePerSecond = isUnderWay ? recentRateOf(run) : averageOf(processed, workSeconds)
  const left = total === null ? null : Math.max(0, total - processed)
  const etaSeconds = !isUnderWay || left === null || !ratePerSecond ? null : left / ratePerSecond
  return { processed, total, ...counts, ratePerSecond, etaSeconds }
}

function recentRateOf({ status, ratePerSecond }: SyncRun): number | null {
  return status === 'RUNNING' ? ratePerSecond : null
}

function averageOf(processed: number, seconds: number): number | null {
  return seconds > 0 ? processed / seconds : null
}

interface Part {
  readonly total: number | null
  readonly counts: Counts
  /** Time that workers have spent on it. */
  readonly workSeconds: number
  readonly isUnderWay: boolean
}

function wholeOf(run: SyncRun): Part {
  const { total, created, updated, unchanged, linked, skipped, failed, workSeconds } = run
  const counts = { created, updated, unchanged, linked, skipped, failed }
  return { total, counts, workSeconds, isUnderWay: !hasEnded(run) }
}

/** The exact number of companies in the total is known only after the companies are done. */
function partOf(run: SyncRun, objectType: ObjectType): Part {
  const all = wholeOf(run)
  const nothing = { counts: none, workSeconds: 0, isUnderWay: false }
  if (!run.withAccounts) return objectType === run.objectType ? all : { total: 0, ...nothing }
  const accounts = accountsSchema.nullable().parse(run.accountsProgress)
  if (accounts === null) return objectType === 'ACCOUNT' ? { ...all, total: null } : { total: null, ...nothing }
  const { workSeconds, ...ofAccounts } = accounts
  const total = sumOf(ofAccounts)
  if (objectType === 'ACCOUNT') return { total, counts: ofAccounts, workSeconds, isUnderWay: false }
  const counts = { ...none }
  for (const outcome of outcomes) counts[outcome] = all.counts[outcome] - ofAccounts[outcome]
  return {
    total: all.total === null ? null : all.total - total,
    counts,
    // Without the time of the accounts, that of the contacts is not known either.
    workSeconds: workSeconds === 0 ? 0 : all.workSeconds - workSeconds,
    isUnderWay: all.isUnderWay,
  }
}

function sumOf(counts: Counts): number {
  return outcomes.reduce((sum, outcome) => sum + counts[outcome], 0)
}
