import type { Run } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'

const lookAgainMs = 2_000
/**
 * Time after which a run ends its turn if a run over single records is waiting, since a person may be waiting for that
 * one.
 */
const shortTurnMs = 1_000

/**
 * Begins a worker's turn at a run. The returned function tells whether the turn is over: when the worker stops, or
 * after `chunkMs` if other runs are waiting. If none is waiting, the run continues, because each new chunk has to plan
 * again and refill its pipeline of calls; if HubSpot's limit is the bottleneck, that pause is never made up for.
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
