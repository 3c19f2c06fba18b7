import { linkedAbort } from './linked-abort.ts'

/**
 * Opens a stream that its consumer can leave at any time: an async generator that is waiting would only notice it after
 * its next value; the signal wakes it at once. When `closing` aborts, the stream throws the reason of that: it was cut
 * off, and did not end.
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
        // Whoever left hears no more, not even of the stream's being woken.
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
