import type { Database } from '../../database/database.ts'

/** How far the store is behind HubSpot, according to the changes that HubSpot reported. */
export interface Freshness {
  readonly lastEventAt: Date | null
  readonly lastAppliedAt: Date | null
  readonly lastLagMs: number | null
  /** Number of records that HubSpot reported as changed and that are not synced yet. */
  readonly backlog: number
  /** Time at which the oldest of those changes happened in HubSpot. */
  readonly behindSince: Date | null
}

export async function findFreshness({ pool }: Database, workspaceId: string): Promise<Freshness> {
  const { rows } = await pool.query<Freshness>(
    `SELECT last_event_at AS "lastEventAt", last_applied_at AS "lastAppliedAt", last_lag_ms AS "lastLagMs",
       waiting.count AS backlog, waiting.since AS "behindSince"
     FROM (SELECT count(*)::integer AS count, min(occurred_at) AS since
           FROM hubspot_change WHERE workspace_id = $1 AND kind = 'CHANGED') AS waiting
     LEFT JOIN hubspot_freshness freshness ON freshness.workspace_id = $1`,
    [workspaceId],
  )
  return rows[0] ?? { lastEventAt: null, lastAppliedAt: null, lastLagMs: null, backlog: 0, behindSince: null }
}
