import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/prisma/client.ts'
import { boundedClient } from './result-bound.ts'
import {
  lockWaitMs,
  patientLockWaitMs,
  pooledConnection,
  silentTransactionMs,
  steadyConnection,
  transactionSettings,
} from './steady-connection.ts'

/** Two interfaces to PostgreSQL over one pool: Prisma for reads and single rows, plain SQL for sets. */
export interface Database {
  readonly prisma: PrismaClient
  readonly pool: pg.Pool
  /**
   * Connections that are sessions of their own until they are released, for leases, locks beyond a transaction, and temporary
   * tables. Those of `pool`, unless that leads to a pooler.
   */
  readonly sessions: pg.Pool
  close(): Promise<void>
}

/** Something that runs a statement: the pool, or one of its clients inside a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>

// bigint columns are HubSpot ids and hashes: strings would not compare as numbers, and Number would lose digits.
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 && format !== 'binary' ? BigInt : pg.types.getTypeParser(oid, format),
}

/**
 * While a table that is being filled has no statistics, PostgreSQL takes a workspace for a small part of it and prefers
 * to read all of its rows. Hence three habits: no sequential scans; look-ups of many keys are written one by one
 * (LATERAL with LIMIT or OFFSET), so that each uses the index of its key; and of the set-based statements, only those
 * without look-ups are `prepared`, while the others are planned each time for the current tables. Compiling plans (jit)
 * never pays here.
 */
const planning: typeof transactionSettings = [
  ['enable_seqscan', 'off'],
  ['jit', 'off'],
]

/** The settings without which statements would be slow or wait for ever. */
export const requiredSettings = [...transactionSettings, ...planning]

/**
 * Prisma's own limits of 2 and 5 seconds would end a transaction before PostgreSQL has reported that a lock is not
 * available. Its statements have the limits of the session; these are limits for their sum.
 */
const transactionOptions = { maxWait: lockWaitMs, timeout: lockWaitMs + 5_000 }

interface DatabaseOptions {
  readonly connections?: number
  /** Maximum length of a statement's result; a longer one fails with ResultTooLargeError. Unlimited if omitted. */
  readonly resultCharacters?: number
  /** The same database without a pooler. If it is given, `url` may lead to one. */
  readonly directUrl?: string | null
  /** Number of connections to `directUrl`. */
  readonly directConnections?: number
}

/** Opens a pool of at most `connections` connections. None is opened before the first statement. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const { connections = 10, resultCharacters, directUrl = null, directConnections = 2 } = options
  const direct = (to: string) =>
    steadyConnection(
      to,
      planning.map((setting) => setting.join('=')),
    )
  const steady = directUrl === null ? direct(url) : pooledConnection(url)
  const Client = resultCharacters === undefined ? steady.Client : boundedClient(resultCharacters, steady.Client)
  const pool = new pg.Pool({ ...steady, Client, max: connections, types, pipeline: true })
  const sessions = directUrl === null ? pool : openSessions(direct(directUrl), directConnections)
  // A broken idle connection is replaced when the next statement needs it. Without a listener, its error event would end the
  // process.
  pool.on('error', () => {})
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions })
  return {
    prisma,
    pool,
    sessions,
    close: async () => {
      await prisma.$disconnect()
      await pool.end()
      if (sessions !== pool) await sessions.end()
    },
  }
}

function openSessions(steady: ReturnType<typeof steadyConnection>, connections: number): pg.Pool {
  const sessions = new pg.Pool({ ...steady, max: connections, types, pipeline: true })
  sessions.on('error', () => {})
  return sessions
}

/**
 * Waits for statements that were passed to one client together. The client sends each immediately, and PostgreSQL executes
 * them in that order, so all of them take only one round trip. If some fail, throws the error of the first one, since later
 * ones fail only because of it.
 */
export async function together<const T extends readonly unknown[]>(statements: T): Promise<Answers<T>> {
  const outcomes = await Promise.allSettled(statements)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value) as Answers<T>
}

/**
 * A statement that each connection parses and plans once and then only executes. For inserts that every page sends. A
 * statement that looks up rows must not be prepared: if it was planned while its table was empty, it would keep reading all
 * rows of the workspace for each key, even with LATERAL.
 */
export function prepared(text: string, values: readonly unknown[]): pg.QueryConfig {
  const name = preparedNames.get(text) ?? `prepared_${preparedNames.size}`
  preparedNames.set(text, name)
  return { name, text, values: [...values] }
}

const preparedNames = new Map<string, string>()

type Answers<T extends readonly unknown[]> = { -readonly [I in keyof T]: Awaited<T[I]> }

/**
 * Runs `work` in one transaction. Any error rolls it back and is rethrown. PostgreSQL ends a transaction that is idle
 * for {@link silentTransactionMs}, so that a suspended process blocks nobody.
 *
 * `isSlow`: the work waits for something else in between, such as HubSpot. The transaction then sends signs of life for
 * as long as the process runs, and waits longer for locks of others that do the same.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  { isSlow = false }: { readonly isSlow?: boolean } = {},
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  let signsOfLife: NodeJS.Timeout | undefined
  try {
    await client.query('BEGIN')
    if (isSlow) {
      await client.query(`SET LOCAL lock_timeout = ${patientLockWaitMs}`)
      signsOfLife = setInterval(() => client.query(signOfLife).catch(() => {}), silentTransactionMs / 4)
    }
    const result = await work(client)
    clearInterval(signsOfLife)
    await client.query('COMMIT')
    return result
  } catch (error) {
    clearInterval(signsOfLife)
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** A statement that does nothing. It does not fail even in a failed transaction. */
export const signOfLife = '-- still here'
