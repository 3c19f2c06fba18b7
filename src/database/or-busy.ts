import { BusyError } from '../user-errors.ts'

/** SQLSTATEs of statements that PostgreSQL gave up for the sake of others, and Prisma's codes for the same. */
const anotherChange = [
  // A lock did not become free within `lock_timeout`.
  '55P03',
  // Deadlock; serialization failure; the statement was cancelled.
  '40P01',
  '40001',
  '57014',
  // A Prisma transaction did not begin or end in time, or met one of the above.
  'P2028',
  'P2034',
]

/** No connection was available: those of the server are used up, or those of this process. */
const tooManyCallers = ['53300', 'P2024']

/**
 * Returns a {@link BusyError} if the error only means "not now": a lock or a connection was not available in time. In
 * each of these cases, PostgreSQL has rolled back everything that the transaction had written. A broken connection does
 * not count, since its last transaction may have been committed. Otherwise, returns the error itself.
 */
export function orBusy(error: unknown): unknown {
  const codes = codesOf(error)
  if (codes.some((code) => anotherChange.includes(code))) return new BusyError()
  if (codes.some((code) => tooManyCallers.includes(code))) {
    return new BusyError('The server is handling too many requests. Try again in a few seconds.')
  }
  return error
}

/** The codes of an error and of those that caused it, wherever pg and Prisma keep them. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const { code, meta } = error as { readonly code?: unknown; readonly meta?: Record<string, unknown> }
  const codes = typeof code === 'string' ? [code] : []
  // pg's pool has no code for it.
  if (error.message === 'timeout exceeded when trying to connect') codes.push('P2024')
  const { originalCode } = (error.cause ?? {}) as { readonly originalCode?: unknown }
  if (typeof originalCode === 'string') codes.push(originalCode)
  return [...codes, ...codesOf(error.cause), ...codesOf(meta?.driverAdapterError)]
}
