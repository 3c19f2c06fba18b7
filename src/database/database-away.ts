import { setTimeout as sleep } from 'node:timers/promises'

/** By what Node's sockets, PostgreSQL and Prisma say that PostgreSQL cannot be reached, or takes nobody at present. */
const awayCodes: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET'],
  // Stopped by its operator, after a crash, still starting; more connections than it takes.
  ...['57P01', '57P02', '57P03', '53300'],
  // Not reached, in two ways; took too long to answer; closed the connection; none of the pool came free, or of PostgreSQL's.
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'],
])

/** PostgreSQL's class of connection exceptions. */
const connectionException = /^08...$/

/** What pg says without a code. A pool that this process has closed itself is not among it. */
const awayMessages =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed and is not queryable)/

/**
 * True if a read failed because PostgreSQL was away: down, restarting, or not to be reached. Asked again later, it may
 * succeed. Errors that wrap the one of the connection count as it does.
 */
export function isDatabaseAway(error: unknown): boolean {
  return errorsWithin(error).some(({ code, message }) => {
    if (typeof code === 'string' && (awayCodes.has(code) || connectionException.test(code))) return true
    return typeof message === 'string' && awayMessages.test(message)
  })
}

interface ErrorLike {
  readonly code?: unknown
  readonly message?: unknown
  readonly cause?: unknown
  /** As GraphQL wraps what a resolver throws. */
  readonly originalError?: unknown
  /** As Node wraps the attempts at several addresses of one host. */
  readonly errors?: unknown
  /** As Prisma wraps what its driver throws. */
  readonly meta?: { readonly driverAdapterError?: unknown }
}

function errorsWithin(error: unknown, found: readonly ErrorLike[] = []): readonly ErrorLike[] {
  if (typeof error !== 'object' || error === null || found.includes(error)) return found
  const { cause, originalError, errors, meta } = error as ErrorLike
  const inner = [cause, originalError, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])]
  return inner.reduce<readonly ErrorLike[]>((all, each) => errorsWithin(each, all), [...found, error])
}

/** Nobody looks later than this after PostgreSQL is back. */
const longestWaitMs = 2_000

/**
 * Reads; while PostgreSQL is away, waits and reads again. Throws what goes wrong otherwise, and the reason of `signal`
 * where that has aborted.
 */
export async function patiently<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    signal.throwIfAborted()
    try {
      return await read()
    } catch (error) {
      if (!signal.aborted && !isDatabaseAway(error)) throw error
    }
    // Not all who wait come back at the same moment.
    await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
  }
}
