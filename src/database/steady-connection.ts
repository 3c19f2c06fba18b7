import pg from 'pg'

/**
 * PostgreSQL ends a session that is in a transaction and idle for this long, and releases its locks: its process was
 * suspended, or its machine disappeared.
 */
export const silentTransactionMs = 10_000

/** How long a statement waits for a lock before it fails with SQLSTATE 55P03, unless its transaction says otherwise. */
export const lockWaitMs = 10_000

/** How long work waits for a lock if no person is waiting for it, such as a page of a sync. */
export const patientLockWaitMs = 30_000

/** How long a line may be silent before either end checks whether the other is still there. */
const silentLineMs = 10_000

/** How long connecting may take, including the wait for a free place in a pool. */
const connectWithinMs = 30_000

/** The settings that every transaction relies on. Milliseconds have no unit, as PostgreSQL shows them in pg_settings. */
export const transactionSettings: readonly (readonly [name: string, value: string])[] = [
  ['lock_timeout', String(lockWaitMs)],
  ['idle_in_transaction_session_timeout', String(silentTransactionMs)],
]

/** If a platform does not know one of the tcp_ settings, PostgreSQL logs that and continues. */
const sessionSettings = [
  ...transactionSettings.map((setting) => setting.join('=')),
  `tcp_keepalives_idle=${silentLineMs / 1_000}`,
  'tcp_keepalives_interval=3',
  'tcp_keepalives_count=3',
  'tcp_user_timeout=20000',
]

/**
 * A client whose lost connection does not end the process. A lost connection fails the current statement and also emits an
 * event, regardless of who uses the connection at that time, and Node ends a process for an `error` event without a
 * listener.
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    this.on('error', () => {})
  }
}

/**
 * How this program connects to PostgreSQL, with a client or a pool: neither end keeps a connection to a peer that is
 * gone, and no session keeps locks for a suspended process. `settings` are added to those of the session, as
 * `name=value`. If the URL has `?options=`, these come first, so that ours hold.
 */
export function steadyConnection(connectionString: string, settings: readonly string[] = []) {
  const ours = [...sessionSettings, ...settings].map((setting) => `-c ${setting}`).join(' ')
  const { url, options } = withoutOptions(connectionString)
  return { ...steadyLine(url), options: options === null ? ours : `${options} ${ours}` } satisfies pg.PoolConfig
}

/**
 * How this program connects to a pooler that lends sessions for one transaction only. Such a session is shared, so it has
 * the settings that its role has, and no prepared statements.
 */
export function pooledConnection(connectionString: string) {
  return {
    ...steadyLine(withoutOptions(connectionString).url),
    Client: withoutNames(SteadyClient),
  } satisfies pg.PoolConfig
}

function steadyLine(connectionString: string) {
  return {
    connectionString,
    Client: SteadyClient,
    keepAlive: true,
    keepAliveInitialDelayMillis: silentLineMs,
    connectionTimeoutMillis: connectWithinMs,
  }
}

/** pg would let the options of a URL replace ours. */
function withoutOptions(connectionString: string): { url: string; options: string | null } {
  const url = new URL(connectionString)
  const options = url.searchParams.get('options')
  if (options === null) return { url: connectionString, options }
  url.searchParams.delete('options')
  return { url: url.href, options }
}

/** A client that prepares no statement under a name. */
function withoutNames(Base: typeof SteadyClient): typeof SteadyClient {
  return class ClientWithoutNames extends Base {
    // biome-ignore lint/suspicious/noExplicitAny: one signature for all overloads of pg's method.
    override query(statement: any, ...more: any[]): any {
      const pass = super.query.bind(this) as (...given: unknown[]) => unknown
      const hasName = typeof statement === 'object' && statement !== null && !('submit' in statement)
      return pass(hasName ? { ...statement, name: undefined } : statement, ...more)
    }
  }
}

/** A lock did not become free in time: SQLSTATE lock_not_available. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03'
}

/**
 * Ends a connection immediately, without waiting for its current statement. It still has to be released to its pool.
 */
export function cutOff(client: pg.ClientBase): void {
  const { connection } = client as pg.ClientBase & { readonly connection: { readonly stream: { destroy(): void } } }
  connection.stream.destroy()
}
