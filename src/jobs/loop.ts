import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

export interface Loop {
  /** Resolves when the work in hand has ended. */
  stop(): Promise<void>
}

/**
 * Does `work` again and again, `everyMs` after it ended; a failure is logged and the next turn follows. Each worker process
 * does so: the work itself sees to it that two at once do no harm.
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

/** Starts several loops, each with what it does, how long it waits in between in milliseconds, and its work. */
export function startLoops(
  log: Pick<Logger, 'error'>,
  works: readonly (readonly [what: string, everyMs: number, work: Work])[],
): Loop {
  const loops = works.map(([what, everyMs, work]) => startLoop(what, work, { everyMs, log }))
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) }
}
