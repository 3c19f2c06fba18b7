import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

export interface Loop {
  /** Resolves when the current work has ended. */
  stop(): Promise<void>
}

/**
 * Repeats `work`, `everyMs` after it ended. A failure is logged and the next turn follows. Each worker process does so:
 * the work itself makes sure that several at the same time do no harm.
 */
export function startLoop(
  what: string,
  work: Work,
  { everyMs, log }: { readonly everyMs: number; readonly log: Pick<Logger, 'error'> },
): Loop {
  const stopping = new AbortController()
  const { signal } = stopping
  const looping = (async () => {
    while (!signal.aborted) {
      try {
        await work(signal)
      } catch (error) {
        if (!signal.aborted) log.error({ err: error }, `${what} failed and will be tried again`)
      }
      await sleep(everyMs, undefined, { signal }).catch(() => {})
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await looping
    },
  }
}

type Work = (stop: AbortSignal) => Promise<unknown>

/** Starts several loops. Each has a description, an interval in milliseconds, and its work. */
export function startLoops(
  log: Pick<Logger, 'error'>,
  works: readonly (readonly [what: string, everyMs: number, work: Work])[],
): Loop {
  const loops = works.map(([what, everyMs, work]) => startLoop(what, work, { everyMs, log }))
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) }
}
