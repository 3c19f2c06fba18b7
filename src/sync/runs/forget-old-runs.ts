import type { SyncContext } from '../sync-context.ts'

/** Runs over single records are many, and nobody looks at those of yesterday that had no errors. */
const keptHours = 24

/** Deletes the runs of yesterday that HubSpot's events started and that went well. */
export async function forgetOldRuns({ database, now }: Pick<SyncContext, 'database' | 'now'>): Promise<void> {
  await database.pool.query(
    `DELETE FROM sync_run WHERE scope = 'RECORDS' AND trigger = 'WEBHOOK' AND status = 'COMPLETED' AND finished_at < $1`,
    [new Date(now().getTime() - keptHours * 3_600_000)],
  )
}
