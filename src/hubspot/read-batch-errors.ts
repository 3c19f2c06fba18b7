import type { Fault } from './ask-for-all.ts'
import { toId } from './parse-answer.ts'

/** What the errors of a batch/read say (status 207). */
export interface BatchErrors {
  /** Records that HubSpot says it does not know, or has nothing to return for. */
  readonly absent: ReadonlySet<bigint>
  /** Records that HubSpot failed on, and why. */
  readonly failed: ReadonlyMap<bigint, string>
  /** A failure that names no record. */
  readonly fault: Fault | null
  /** Number of errors that say there is nothing, but not for which record. */
  readonly unnamedAbsences: number
}

const idKeys = ['ids', 'id', 'fromObjectId', 'recordId', 'objectId']

/**
 * Reads `errors` in the answer of a batch/read. Everything in it that cannot be understood is a failure that names no
 * record.
 */
export function readBatchErrors(errors: unknown): BatchErrors {
  const absent = new Set<bigint>()
  const failed = new Map<bigint, string>()
  let fault: Fault | null = null
  let unnamedAbsences = 0
  const list: unknown[] = Array.isArray(errors) ? errors : errors === undefined || errors === null ? [] : [errors]
  for (const one of list) {
    const error = (typeof one === 'object' ? one : null) as BatchError | null
    const isAbsence = error?.category === 'OBJECT_NOT_FOUND'
    const message = typeof error?.message === 'string' ? error.message : 'HubSpot gives no reason.'
    const { ids, isComplete } = idsIn(error?.context)
    for (const id of ids) {
      if (isAbsence) absent.add(id)
      else failed.set(id, `HubSpot: ${message}`)
    }
    if (isComplete) continue
    if (isAbsence) unnamedAbsences++
    // A failure has priority over a missing record.
    if (fault === null || fault.isAbsence) fault = { message, isAbsence }
  }
  return { absent, failed, fault, unnamedAbsences }
}

interface BatchError {
  readonly category?: unknown
  readonly message?: unknown
  readonly context?: unknown
}

function idsIn(context: unknown): { ids: bigint[]; isComplete: boolean } {
  if (typeof context !== 'object' || context === null) return { ids: [], isComplete: false }
  const given = idKeys.flatMap((key) => (context as Record<string, unknown>)[key] ?? [])
  const ids = given.flatMap((id) => toId(id) ?? [])
  return { ids, isComplete: ids.length > 0 && ids.length === given.length }
}
