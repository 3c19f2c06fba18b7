import type { Queryable } from '../database/database.ts'
import type { LiveUpdates } from '../generated/prisma/enums.ts'
import type { Changes, MergeChange, RecordChange } from './change.ts'

/**
 * Marks these records to be read again in every workspace of the portals. Several events of one record are one row. A
 * workspace takes part if it has chosen this kind of live updates and its sync was started (B37). Privacy deletions are
 * stored in all workspaces (B61). Safe to repeat: the same changes lead to the same rows.
 */
export async function noteChanges(
  queryable: Queryable,
  source: Exclude<LiveUpdates, 'OFF'>,
  { records, merges }: Changes,
  at: Date,
): Promise<void> {
  // The primary must be known before a worker can take up the merged record.
  await noteMerges(queryable, source, merges)
  await noteRecords(queryable, source, records, at)
}

const takesPart = `settings.live_updates = $1::live_updates AND settings.activated_at IS NOT NULL
  AND connection.status <> 'DISCONNECTED'`

async function noteRecords(queryable: Queryable, source: string, records: readonly RecordChange[], at: Date) {
  if (records.length === 0) return
  // Sorted by key, so that two processes with the same records wait for each other instead of deadlocking. Another event
  // about a record of a run in progress makes the record due again, since the run may have read it before the change.
  await queryable.query(
    `WITH noted AS (
       INSERT INTO hubspot_change (workspace_id, object_type, hubspot_id, kind, occurred_at, first_seen_at, last_seen_at)
       SELECT connection.workspace_id, event.object_type, event.hubspot_id, event.kind, min(event.occurred_at), $2, $2
       FROM unnest($3::bigint[], $4::object_type[], $5::bigint[], $6::change_kind[], $7::timestamptz[])
         AS event (portal_id, object_type, hubspot_id, kind, occurred_at)
       JOIN hubspot_connection connection ON connection.portal_id = event.portal_id
       LEFT JOIN sync_settings settings ON settings.workspace_id = connection.workspace_id
       WHERE event.kind = 'PRIVACY_DELETED' OR (${takesPart}
         AND CASE event.object_type WHEN 'CONTACT' THEN settings.contacts_enabled ELSE settings.accounts_enabled END)
       GROUP BY connection.workspace_id, event.object_type, event.hubspot_id, event.kind
       ORDER BY connection.workspace_id, event.object_type, event.hubspot_id, event.kind
       ON CONFLICT (workspace_id, object_type, hubspot_id, kind) DO UPDATE SET last_seen_at = excluded.last_seen_at,
         occurred_at = CASE WHEN hubspot_change.claim IS NULL
           THEN least(hubspot_change.occurred_at, excluded.occurred_at) ELSE excluded.occurred_at END,
         claim = NULL, claimed_at = NULL, run_id = NULL, retry_at = NULL
       RETURNING workspace_id
     )
     INSERT INTO hubspot_freshness (workspace_id, last_event_at)
     SELECT DISTINCT workspace_id, $2::timestamptz FROM noted ORDER BY workspace_id
     ON CONFLICT (workspace_id) DO UPDATE
       SET last_event_at = greatest(hubspot_freshness.last_event_at, excluded.last_event_at)`,
    [
      source,
      at,
      records.map((record) => record.portalId),
      records.map((record) => record.objectType),
      records.map((record) => record.hubspotId),
      records.map((record) => record.kind),
      records.map((record) => record.occurredAt),
    ],
  )
}

async function noteMerges(queryable: Queryable, source: string, merges: readonly MergeChange[]) {
  if (merges.length === 0) return
  await queryable.query(
    `INSERT INTO hubspot_alias (workspace_id, object_type, hubspot_id, merged_into_id, is_primary)
     SELECT DISTINCT ON (connection.workspace_id, merge.object_type, merge.hubspot_id)
       connection.workspace_id, merge.object_type, merge.hubspot_id, merge.merged_into_id, true
     FROM unnest($2::bigint[], $3::object_type[], $4::bigint[], $5::bigint[])
       AS merge (portal_id, object_type, hubspot_id, merged_into_id)
     JOIN hubspot_connection connection ON connection.portal_id = merge.portal_id
     JOIN sync_settings settings ON settings.workspace_id = connection.workspace_id
     WHERE ${takesPart}
     ORDER BY connection.workspace_id, merge.object_type, merge.hubspot_id
     ON CONFLICT (workspace_id, object_type, hubspot_id) DO UPDATE
       SET merged_into_id = excluded.merged_into_id, is_primary = true`,
    [
      source,
      merges.map((merge) => merge.portalId),
      merges.map((merge) => merge.objectType),
      merges.map((merge) => merge.primaryId),
      merges.map((merge) => merge.mergedIntoId),
    ],
  )
}
