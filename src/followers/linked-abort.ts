export interface LinkedAbort {
  readonly signal: AbortSignal
  /** Aborts only this signal and detaches it from its parent. */
  abort(): void
}

/**
 * An abort signal that aborts with its parent, for the same reason, or earlier by itself. Unlike AbortSignal.any, it leaves
 * no trace in the parent. The server's signal lives as long as the process, so traces would accumulate.
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
