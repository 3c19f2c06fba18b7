import { setMaxListeners } from 'node:events'

/** A call exceeded its deadline. */
export class DeadlineError extends Error {
  override name = 'DeadlineError'
  readonly code = 'ETIMEDOUT'

  constructor(afterMs: number) {
    super(`no answer within ${afterMs} ms`)
  }
}

/**
 * Runs `work` for at most `ms`, or until `signal` aborts, and then settles even if the work cannot be stopped. The
 * work's own signal aborts in both cases. AbortSignal.any would do the same, but on a signal that outlives thousands of
 * calls it would keep something of each call.
 */
export async function withinDeadline<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const stopping = new AbortController()
  let stop: (reason: unknown) => void = () => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = (reason) => {
      stopping.abort(reason)
      reject(reason)
    }
  })
  // A signal that ends many calls at the same time has many listeners on purpose.
  if (signal) setMaxListeners(0, signal)
  const onAbort = () => stop(signal?.reason)
  const timer = setTimeout(() => stop(new DeadlineError(ms)), ms)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work(stopping.signal), stopped])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
