import type { Database } from '../database/database.ts'
import { type RetentionRule, retentionRules } from './retention-rules.ts'

const dayMs = 24 * 3_600_000
/** Rows per statement, so that none takes long. */
const rowsAtOnce = 1_000

/**
 * Deletes the rows that are older than their rule allows, in small steps. Any number of workers may call it at the same time:
 * they skip each other's rows. Stops at the next step when `stop` aborts.
 */
export async function forgetOldRows(
  context: { readonly database: Pick<Database, 'pool'>; now(): Date },
  stop?: AbortSignal,
): Promise<void> {
  for (const rule of retentionRules) {
    while (!stop?.aborted && (await forgetSome(context, rule))) {}
  }
}

/** Returns true if there may be more. */
async function forgetSome(
  { database, now }: { readonly database: Pick<Database, 'pool'>; now(): Date },
  { table, key, keptDays, isOld, atOnce = rowsAtOnce }: RetentionRule,
): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `DELETE FROM ${table} WHERE (${key}) IN (
       SELECT ${key} FROM ${table} WHERE ${isOld} LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)`,
    [new Date(now().getTime() - keptDays * dayMs)],
  )
  return rowCount === atOnce
}
