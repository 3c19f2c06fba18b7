import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { UnusableServiceError } from '../config/unusable-service-error.ts'

/** Number of times that two sessions try to get into each other's place. */
const rounds = 3

/**
 * Proves that a connection is a session of its own. Behind a pooler that lends sessions for one transaction only, a lease
 * would be held by nobody or by another process, and the tables of a preview would be those of other clients. Throws
 * {@link UnusableServiceError}.
 */
export async function checkSessions(sessions: pg.Pool): Promise<void> {
  const first = await explained(sessions.connect())
  let second: pg.PoolClient | undefined
  try {
    if (await isDirect(first)) return
    second = await explained(sessions.connect())
    await requireApart(first, second)
  } finally {
    // Nobody should get sessions from the pool that a pooler may have shared.
    first.release(second !== undefined)
    second?.release(true)
  }
}

/** The same promise, which explains why a pooler refuses. */
export async function explained<T>(connecting: Promise<T>): Promise<T> {
  return connecting.catch((error) => {
    throw asPoolerRefusal(error)
  })
}

/** PostgreSQL tells a client the id of its process when it connects. A pooler invents one. */
export async function isDirect(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid === (client as pg.ClientBase & { readonly processID: number | null }).processID
}

/**
 * Throws {@link UnusableServiceError} unless each of two connections keeps its session while the other one is in a transaction.
 * A pooler gives the session that was last released to the next transaction, or the one that was released first. So the two
 * take turns in both orders.
 */
export async function requireApart(one: pg.ClientBase, other: pg.ClientBase): Promise<void> {
  const marks = new Map([one, other].map((client) => [client, randomUUID()]))
  for (const [client, mark] of marks) await client.query(`SELECT set_config('contacts.session', $1, false)`, [mark])
  try {
    for (let round = 0; round < rounds; round++) {
      for (const order of [
        [one, other],
        [other, one],
      ]) {
        for (const client of order) {
          await client.query('BEGIN')
          const { rows } = await client.query<{ mark: string | null }>(
            `SELECT current_setting('contacts.session', true) AS mark`,
          )
          if (rows[0]?.mark !== marks.get(client)) throw new UnusableServiceError(sharedSession)
        }
        for (const client of order) await client.query('COMMIT')
      }
    }
  } finally {
    for (const client of marks.keys()) await client.query('ROLLBACK').catch(() => {})
  }
}

const sharedSession =
  'PostgreSQL is reached through a pooler that gives each transaction another session: set DATABASE_DIRECT_URL to PostgreSQL itself (DATABASE_URL may then stay at the pooler), or set pool_mode to session.'

/** Turns the error of a pooler that does not know the settings with which we connect into a sentence. */
function asPoolerRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || !/unsupported startup parameter/.test(error.message)) return error
  return new UnusableServiceError(
    `PostgreSQL is reached through a pooler that rejects our settings (${error.message}): set DATABASE_DIRECT_URL to PostgreSQL itself, and leave DATABASE_URL at the pooler.`,
    { cause: error },
  )
}
