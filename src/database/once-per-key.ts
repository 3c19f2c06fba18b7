import { setTimeout as sleep } from 'node:timers/promises'
import type { MutationResult, Prisma } from '../generated/prisma/client.ts'
import { BusyError } from '../user-errors.ts'
import type { Database, Queryable } from './database.ts'
import { lockWaitMs } from './steady-connection.ts'

/** How long a key represents the result of its first call. */
export const keysKeptDays = 1
const keptMs = keysKeptDays * 24 * 60 * 60 * 1000
/** If the first call has no result after this time, it was interrupted. The next call then counts as the first. */
const abandonedMs = 30_000
const lookAgainMs = 50

export interface KeyedCall {
  readonly workspaceId: string
  /** Name of the mutation. Keys of different mutations are independent. */
  readonly mutation: string
  /** Sent by the client with each repetition of the same call. Without a key, every call does its work. */
  readonly key: string | null | undefined
}

type Owner = { readonly database: Database; now(): Date }

/**
 * Stores the id of the row that the work returns. Called in the transaction that writes the row, it makes sure that a
 * process that dies right after the commit does not leave a call that would do its work again.
 */
export type KeepResult = (client: Queryable, resultId: string) => Promise<void>

/**
 * Does the work of a mutation once per key: a client that received no answer repeats its call and gets the first
 * result. Returns the id of the row that the work returned. A call that fails leaves nothing behind, so it can be
 * repeated. Throws BusyError if the first call takes long.
 */
export async function oncePerKey(
  owner: Owner,
  call: KeyedCall,
  work: (keep: KeepResult) => Promise<string>,
): Promise<string> {
  return callOnce(owner, call, work, { keep: (resultId) => ({ resultId }), read: ({ resultId }) => resultId })
}

/**
 * {@link oncePerKey} for a mutation that returns more than one row. The result is kept for a day where no privacy
 * deletion finds it, so it consists of ids and counts, without personal data.
 */
export async function resultOncePerKey<T extends object>(
  owner: Owner,
  call: KeyedCall,
  work: () => Promise<T>,
): Promise<T> {
  return callOnce(owner, call, work, {
    keep: (result) => ({ result: result as unknown as Prisma.InputJsonObject }),
    read: ({ result }) => result as T | null,
  })
}

type Kept = Pick<MutationResult, 'resultId' | 'result'>

async function callOnce<T>(
  { database, now }: Owner,
  { workspaceId, mutation, key }: KeyedCall,
  work: (keep: KeepResult) => Promise<T>,
  { keep, read }: { keep(result: T): Prisma.MutationResultUpdateInput; read(kept: Kept): T | null },
): Promise<T> {
  if (key == null) return work(async () => {})
  const { mutationResult } = database.prisma
  const where = { workspaceId_mutation_key: { workspaceId, mutation, key } }
  const giveUpAt = performance.now() + lockWaitMs
  while (!(await claim(database, { workspaceId, mutation, key }, now()))) {
    const kept = await mutationResult.findUnique({ where })
    const first = kept === null ? null : read(kept)
    if (first !== null) return first
    if (performance.now() > giveUpAt)
      throw new BusyError('The first call with this clientMutationId is still in progress. Try again in a few seconds.')
    await sleep(lookAgainMs)
  }
  try {
    const result = await work(async (client, id) => {
      await client.query(
        'UPDATE mutation_result SET result_id = $4 WHERE workspace_id = $1 AND mutation = $2 AND key = $3',
        [workspaceId, mutation, key, id],
      )
    })
    await mutationResult.update({ where, data: keep(result) })
    return result
  } catch (error) {
    await mutationResult.deleteMany({ where: { workspaceId, mutation, key } })
    throw error
  }
}

/** True if this call is the first one with the key. Later calls wait for its result. */
async function claim({ pool }: Database, { workspaceId, mutation, key }: KeyedCall, at: Date): Promise<boolean> {
  const expired = new Date(at.getTime() - keptMs)
  const abandoned = new Date(at.getTime() - abandonedMs)
  await pool.query('DELETE FROM mutation_result WHERE workspace_id = $1 AND created_at < $2', [workspaceId, expired])
  const { rowCount } = await pool.query(
    `INSERT INTO mutation_result AS earlier (workspace_id, mutation, key, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (workspace_id, mutation, key) DO UPDATE SET created_at = excluded.created_at
     WHERE earlier.result_id IS NULL AND earlier.result IS NULL AND earlier.created_at < $5`,
    [workspaceId, mutation, key, at, abandoned],
  )
  return rowCount === 1
}
