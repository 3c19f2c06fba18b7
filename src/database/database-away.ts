import { setTimeout as sleep } from 'node:timers/promises'

/**
 * The codes with which Node's sockets, PostgreSQL, and Prisma say that PostgreSQL cannot be reached or accepts no
 * connections at the moment.
 */
const awayCodes: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET'],
  // Stopped by its operator, stopped after a crash, or still starting. More connections than it accepts.
  ...['57P01', '57P02', '57P03', '53300'],
  // Not reached, in two ways. Took too long to answer. Closed the connection. No free connection in the pool, or in
  // PostgreSQL.
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'],
])

/** PostgreSQL's class of connection exceptions. */
const connectionException = /^08...$/

/** Messages of pg without a code. The message about a pool that this process has closed itself is not among them. */
const awayMessages =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed and is not queryable)/

/**
 * True if a read failed because PostgreSQL was unavailable: stopped, restarting, or unreachable. The same read may
 * succeed later. Errors that wrap the connection's error count as well.
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
  /** As GraphQL wraps the error of a resolver. */
  readonly originalError?: unknown
  /** As Node wraps the attempts at several addresses of one host. */
  readonly errors?: unknown
  /** As Prisma wraps the error of its driver. */
  readonly meta?: { readonly driverAdapterError?: unknown }
}

function errorsWithin(error: unknown, found: readonly ErrorLike[] = []): readonly ErrorLike[] {
  if (typeof error !== 'object' || error === null || found.includes(error)) return found
  const { cause, originalError, errors, meta } = error as ErrorLike
  const inner = [cause, originalError, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])]
  return inner.reduce<readonly ErrorLike[]>((all, each) => errorsWithin(each, all), [...found, error])
}

/** Maximum delay before a reader tries again after PostgreSQL is back. */
const longestWaitMs = 2_000

/**
 * Runs a read. While PostgreSQL is unavailable, waits and reads again. Throws any other error, and the reason of `signal` if
 * it has aborted.
 */
export async function patiently<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    signal.throwIfAborted()
    try {
      return await read()
    } catch (error) {
      if (!signal.aborted && !isDatabaseAway(error)) throw error
    }
    // Spread out, so that not all waiting readers come back at the same moment.
    await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
  }
}
