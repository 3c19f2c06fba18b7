import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** Waits. Rejects with the signal's reason when it aborts. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>

export const pause: Pause = async (ms, signal) => {
  // A signal that ends many waits at the same time has many listeners on purpose.
  if (signal) setMaxListeners(0, signal)
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
