import type { SyncContext } from '../sync-context.ts'

/** There are many runs over single records, and nobody looks at yesterday's runs without errors. */
const keptHours = 24

/** Deletes runs without errors that HubSpot's events started and that are older than a day. */
export async function forgetOldRuns({ database, now }: Pick<SyncContext, 'database' | 'now'>): Promise<void> {
  await database.pool.query(
    `DELETE FROM sync_run WHERE scope = 'RECORDS' AND trigger = 'WEBHOOK' AND status = 'COMPLETED' AND finished_at < $1`,
    [new Date(now().getTime() - keptHours * 3_600_000)],
  )
}
