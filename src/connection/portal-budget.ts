import type { Database } from '../database/database.ts'
import type { HubSpotBudget } from '../generated/prisma/client.ts'
import type { SeenBudget } from '../hubspot/observed-budget.ts'

/** Stores a portal's limits as last reported by HubSpot. Values that an answer does not report keep their last value. */
export async function keepBudget({ pool }: Database, portalId: bigint, seen: SeenBudget, at: Date): Promise<void> {
  await pool.query(
    `INSERT INTO hubspot_budget (portal_id, limit_per_interval, remaining, interval_ms, daily_limit, daily_remaining, seen_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (portal_id) DO UPDATE SET
       limit_per_interval = coalesce(excluded.limit_per_interval, hubspot_budget.limit_per_interval),
       remaining = coalesce(excluded.remaining, hubspot_budget.remaining),
       interval_ms = coalesce(excluded.interval_ms, hubspot_budget.interval_ms),
       daily_limit = coalesce(excluded.daily_limit, hubspot_budget.daily_limit),
       daily_remaining = coalesce(excluded.daily_remaining, hubspot_budget.daily_remaining),
       seen_at = excluded.seen_at`,
    [portalId, seen.limitPerInterval, seen.remaining, seen.intervalMs, seen.dailyLimit, seen.dailyRemaining, at],
  )
}

/** Returns null before the first call. */
export function findBudget({ prisma }: Database, portalId: bigint): Promise<HubSpotBudget | null> {
  return prisma.hubSpotBudget.findUnique({ where: { portalId } })
}
