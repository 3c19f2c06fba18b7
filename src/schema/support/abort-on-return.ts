/**
 * Opens a stream that ends with its consumer, or with `closing`. An async generator that is waiting would only notice
 * its consumer's leaving after its next value; the signal wakes it at once.
 */
export function abortOnReturn<T>(
  closing: AbortSignal,
  open: (signal: AbortSignal) => AsyncGenerator<T>,
): AsyncIterableIterator<T> {
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  if (closing.aborted) leave()
  closing.addEventListener('abort', leave, { once: true })
  const stream = open(leaving.signal)
  const end = () => {
    closing.removeEventListener('abort', leave)
    leave()
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const result = await stream.next()
        if (result.done) end()
        return result
      } catch (error) {
        end()
        throw error
      }
    },
    async return() {
      end()
      return stream.return(undefined)
    },
    async throw(error) {
      end()
      return stream.throw(error)
    },
  }
}
