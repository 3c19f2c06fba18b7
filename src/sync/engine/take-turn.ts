import type { Run } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'

const lookAgainMs = 2_000
/** A run gives its turn up after this long to one over single records, which somebody waits for. */
const shortTurnMs = 1_000

/**
 * Begins a run's turn with a worker; the function returned says whether it is over: when the worker stops, or after
 * `chunkMs` as soon as other runs wait. A run that nobody waits behind goes on, since each new chunk has to plan anew and
 * to fill its pipeline of calls, and where HubSpot's limit counts a pause is never made up for.
 */
export function takeTurn({ tuning, othersWait, log }: SyncContext, run: Run, stop: AbortSignal): () => boolean {
  const startedAt = performance.now()
  let isOver = false
  let isAsking = false
  let lookAt = startedAt + tuning.chunkMs
  const ask = async (others: () => Promise<boolean>) => {
    isAsking = true
    try {
      isOver = await others()
    } catch (error) {
      log.warn({ err: error }, 'it is not known whether other runs wait')
      isOver = true
    }
    lookAt = performance.now() + lookAgainMs
    isAsking = false
  }
  return () => {
    if (isOver || stop.aborted) return true
    if (run.isWaitedFor && performance.now() - startedAt > shortTurnMs) return true
    if (performance.now() <= lookAt || isAsking) return false
    if (othersWait === undefined) isOver = true
    else void ask(othersWait)
    return isOver
  }
}
