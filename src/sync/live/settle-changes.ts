import type { SyncContext } from '../sync-context.ts'

/** Waits before records of a failed run are taken again: doubled with each failure, up to a quarter of an hour. */
const firstRetrySeconds = 5
const longestRetrySeconds = 900
/** Runs over single records are many, and nobody looks at those of yesterday that had no errors. */
const runsKeptHours = 24

/**
 * Forgets the records whose run is done, and has those of a run that failed or was cancelled taken again. What HubSpot told
 * of while the run went on is not among either: it is due already. Returns how many records were applied.
 */
export async function settleChanges({ database, now }: SyncContext): Promise<number> {
  const at = now()
  const { rows } = await database.pool.query<{ count: number }>(
    `WITH done AS (
       DELETE FROM hubspot_change change USING (
         SELECT taken.workspace_id, taken.object_type, taken.hubspot_id, run.finished_at
         FROM hubspot_change taken JOIN sync_run run ON run.id = taken.run_id AND run.workspace_id = taken.workspace_id
         WHERE taken.claim IS NOT NULL AND taken.kind = 'CHANGED'
           AND run.status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS')
         FOR UPDATE OF taken SKIP LOCKED
       ) AS done
       WHERE change.workspace_id = done.workspace_id AND change.object_type = done.object_type
         AND change.hubspot_id = done.hubspot_id AND change.kind = 'CHANGED'
       RETURNING change.workspace_id, done.finished_at, change.occurred_at
     ), fresh AS (
       INSERT INTO hubspot_freshness (workspace_id, last_applied_at, last_lag_ms)
       SELECT workspace_id, max(finished_at),
         greatest(0, least(2147483647, extract(epoch FROM max(finished_at - occurred_at)) * 1000))::integer
       FROM done GROUP BY workspace_id ORDER BY workspace_id
       ON CONFLICT (workspace_id) DO UPDATE
         SET last_applied_at = excluded.last_applied_at, last_lag_ms = excluded.last_lag_ms
     )
     SELECT count(*)::integer AS count FROM done`,
  )
  await database.pool.query(
    `UPDATE hubspot_change change SET claim = NULL, claimed_at = NULL, run_id = NULL, attempts = attempts + 1,
       retry_at = $1::timestamptz + make_interval(secs => least($3, $2 * power(2, least(attempts, 10))))
     FROM (
       SELECT taken.workspace_id, taken.object_type, taken.hubspot_id FROM hubspot_change taken
       WHERE taken.claim IS NOT NULL AND taken.run_id IS NOT NULL AND taken.kind = 'CHANGED' AND NOT EXISTS (
         SELECT FROM sync_run run WHERE run.id = taken.run_id
           AND run.status IN ('QUEUED', 'RUNNING', 'PAUSED', 'THROTTLED', 'COMPLETED', 'COMPLETED_WITH_ERRORS'))
       FOR UPDATE SKIP LOCKED
     ) AS failed
     WHERE change.workspace_id = failed.workspace_id AND change.object_type = failed.object_type
       AND change.hubspot_id = failed.hubspot_id AND change.kind = 'CHANGED'`,
    [at, firstRetrySeconds, longestRetrySeconds],
  )
  return rows[0]?.count ?? 0
}

/** Deletes the runs of yesterday that HubSpot's events gave and that went well. */
export async function forgetOldRuns({ database, now }: SyncContext): Promise<void> {
  await database.pool.query(
    `DELETE FROM sync_run WHERE scope = 'RECORDS' AND trigger = 'WEBHOOK' AND status = 'COMPLETED' AND finished_at < $1`,
    [new Date(now().getTime() - runsKeptHours * 3_600_000)],
  )
}
