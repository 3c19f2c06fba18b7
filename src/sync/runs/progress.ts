import { z } from 'zod'
import type { SyncRun } from '../../generated/prisma/client.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'

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
  /** Recent number of records per second; null before the first page and after the end. */
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

const outcomes = ['created', 'updated', 'unchanged', 'linked', 'skipped', 'failed'] as const
const none: Counts = { created: 0, updated: 0, unchanged: 0, linked: 0, skipped: 0, failed: 0 }

/**
 * The progress of a run (B68), for one type of record or, by default, for all. The six outcomes add up to `processed`
 * (B69).
 */
export function progressOf(run: SyncRun, objectType: ObjectType | null = null): Progress {
  const { total, counts, isUnderWay } = objectType === null ? wholeOf(run) : partOf(run, objectType)
  const processed = sumOf(counts)
  const ratePerSecond = run.status === 'RUNNING' && isUnderWay ? run.ratePerSecond : null
  const left = total === null ? null : Math.max(0, total - processed)
  const etaSeconds = left === null || !ratePerSecond ? null : left / ratePerSecond
  return { processed, total, ...counts, ratePerSecond, etaSeconds }
}

interface Part {
  readonly total: number | null
  readonly counts: Counts
  readonly isUnderWay: boolean
}

function wholeOf(run: SyncRun): Part {
  const { total, created, updated, unchanged, linked, skipped, failed } = run
  return { total, counts: { created, updated, unchanged, linked, skipped, failed }, isUnderWay: true }
}

/** The exact number of companies in the total is known only after the companies are done. */
function partOf(run: SyncRun, objectType: ObjectType): Part {
  const all = wholeOf(run)
  if (!run.withAccounts) return objectType === run.objectType ? all : { total: 0, counts: none, isUnderWay: false }
  const accounts = countsSchema.nullable().parse(run.accountsProgress)
  if (accounts === null) {
    return { total: null, counts: objectType === 'ACCOUNT' ? all.counts : none, isUnderWay: objectType === 'ACCOUNT' }
  }
  if (objectType === 'ACCOUNT') return { total: sumOf(accounts), counts: accounts, isUnderWay: false }
  const counts = { ...none }
  for (const outcome of outcomes) counts[outcome] = all.counts[outcome] - accounts[outcome]
  return { total: all.total === null ? null : all.total - sumOf(accounts), counts, isUnderWay: true }
}

function sumOf(counts: Counts): number {
  return outcomes.reduce((sum, outcome) => sum + counts[outcome], 0)
}
