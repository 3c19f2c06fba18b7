import { BusyError } from '../user-errors.ts'

/** SQLSTATEs of statements that PostgreSQL gave up for the sake of others, and Prisma's codes for the same. */
const anotherChange = [
  // A lock did not come within `lock_timeout`.
  '55P03',
  // Deadlock; serialization failure; the statement was cancelled.
  '40P01',
  '40001',
  '57014',
  // A transaction of Prisma's did not begin or end in time; it met one of the above.
  'P2028',
  'P2034',
]

/** No connection was to be had: the server's are used up, or those of this process. */
const tooManyCallers = ['53300', 'P2024']

/**
 * The error, as a {@link BusyError} where it only means "not now": a lock or a connection was not to be had in time. In each
 * of these cases PostgreSQL has taken back whatever the transaction had written. A connection that broke is none of them,
 * since its last transaction may have been committed.
 */
export function orBusy(error: unknown): unknown {
  const codes = codesOf(error)
  if (codes.some((code) => anotherChange.includes(code))) return new BusyError()
  if (codes.some((code) => tooManyCallers.includes(code))) {
    return new BusyError('The server is handling too many requests. Try again in a few seconds.')
  }
  return error
}

/** What an error and those that caused it are called, wherever pg and Prisma keep it. */
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
