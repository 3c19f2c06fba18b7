export interface LinkedAbort {
  readonly signal: AbortSignal
  /** Aborts this one alone, and forgets the other. */
  abort(): void
}

/**
 * An abort that comes with that of another signal, with its reason, or before it. AbortSignal.any would do, but leaves a
 * trace in the other signal, and the server's lives as long as the process.
 */
export function linkedAbort(parent: AbortSignal): LinkedAbort {
  const own = new AbortController()
  const follow = () => own.abort(parent.reason)
  if (parent.aborted) follow()
  else parent.addEventListener('abort', follow, { once: true })
  return {
    signal: own.signal,
    abort: () => {
      parent.removeEventListener('abort', follow)
      own.abort()
    },
  }
}
