import { linkedAbort } from './linked-abort.ts'

/**
 * Opens a stream that its consumer can leave at any time. An async generator that waits would notice the departure only
 * after its next value; the signal wakes it immediately. If `closing` aborts, the stream throws the reason, so that
 * consumers can tell an interruption from the end.
 */
export function abortOnReturn<T>(
  closing: AbortSignal,
  open: (signal: AbortSignal) => AsyncGenerator<T>,
): AsyncIterableIterator<T> {
  const leaving = linkedAbort(closing)
  const stream = open(leaving.signal)
  let hasLeft = false
  const leave = () => {
    hasLeft = true
    leaving.abort()
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const result = await stream.next()
        if (result.done) leaving.abort()
        return result
      } catch (error) {
        leaving.abort()
        // The consumer has left and must not receive the reason of the abort that woke the stream.
        if (hasLeft) return { done: true, value: undefined }
        throw error
      }
    },
    async return() {
      leave()
      return stream.return(undefined)
    },
    async throw(error) {
      leave()
      return stream.throw(error)
    },
  }
}
