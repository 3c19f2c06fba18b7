import pg from 'pg'

/**
 * A session that is in a transaction and says nothing for this long is ended by PostgreSQL, which takes back what it
 * locked: its process was stopped, or its machine is gone.
 */
export const silentTransactionMs = 10_000

/** How long a statement waits for a lock before it fails with SQLSTATE 55P03, unless its transaction says otherwise. */
export const lockWaitMs = 10_000

/** How long work waits for a lock that nobody sits waiting for, such as a page of a sync. */
export const patientLockWaitMs = 30_000

/** How long a line may be silent before either end asks whether the other is still there. */
const silentLineMs = 10_000

/** How long connecting may take, the wait for a free place in a pool included. */
const connectWithinMs = 30_000

/** Where a platform does not know one of the tcp_ settings, PostgreSQL says so in its log and goes on. */
const sessionSettings = [
  `lock_timeout=${lockWaitMs}`,
  `idle_in_transaction_session_timeout=${silentTransactionMs}`,
  `tcp_keepalives_idle=${silentLineMs / 1_000}`,
  'tcp_keepalives_interval=3',
  'tcp_keepalives_count=3',
  'tcp_user_timeout=20000',
]

/**
 * A connection whose loss ends no process. A lost connection is told as an event beside the statement that fails, whoever
 * has the connection at that time, and Node ends a process for an `error` event that nobody listens to.
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    this.on('error', () => {})
  }
}

/**
 * How this program connects to PostgreSQL, by client or pool: neither end keeps a connection to one that is gone, and no
 * session keeps locks for a process that stands still. `settings` are added to those of the session, as `name=value`.
 */
export function steadyConnection(connectionString: string, settings: readonly string[] = []) {
  return {
    connectionString,
    Client: SteadyClient,
    keepAlive: true,
    keepAliveInitialDelayMillis: silentLineMs,
    connectionTimeoutMillis: connectWithinMs,
    options: [...sessionSettings, ...settings].map((setting) => `-c ${setting}`).join(' '),
  } satisfies pg.PoolConfig
}

/** A lock was not to be had in the time that the statement may wait for one: SQLSTATE lock_not_available. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03'
}

/** Ends a connection at once, without waiting for what is under way on it. It still has to be released to its pool. */
export function cutOff(client: pg.ClientBase): void {
  const { connection } = client as pg.ClientBase & { readonly connection: { readonly stream: { destroy(): void } } }
  connection.stream.destroy()
}
