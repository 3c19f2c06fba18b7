/** Receives an error, and how many of its kind there have been since the last time. */
export type ReportError = (error: Error, count: number) => void

const defaultEveryMs = 10_000

/**
 * Passes on the first error of each kind immediately, and then at most one of that kind in ten seconds with the number of
 * those that it stands for. While Redis is away or refuses everything, its clients report thousands of errors.
 */
export function throttleErrors(report: ReportError, everyMs = defaultEveryMs): (error: Error) => void {
  const waiting = new Map<string, { last: Error; count: number }>()
  const wait = (kind: string) => {
    const timer = setTimeout(() => {
      const found = waiting.get(kind)
      waiting.delete(kind)
      if (found === undefined || found.count === 0) return
      report(found.last, found.count)
      waiting.set(kind, { last: found.last, count: 0 })
      wait(kind)
    }, everyMs)
    timer.unref()
  }
  return (error) => {
    const kind = kindOf(error)
    const found = waiting.get(kind)
    if (found !== undefined) {
      found.last = error
      found.count += 1
      return
    }
    report(error, 1)
    waiting.set(kind, { last: error, count: 0 })
    wait(kind)
  }
}

/** Redis begins its messages with a word for the kind (OOM, NOPERM); sockets have a code. */
function kindOf(error: Error & { readonly code?: unknown }): string {
  if (typeof error.code === 'string') return error.code
  return /^[A-Z]{3,}\b/.exec(error.message)?.[0] ?? error.message.replaceAll(/\d+/g, '#')
}
