import { inTransaction, type Queryable } from '../../database/database.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import { completedStatuses, openStatuses, sqlListOf } from '../runs/run-states.ts'
import type { SyncContext } from '../sync-context.ts'

/** Delay before records of a failed run are due again. It doubles with each failure, up to a quarter of an hour. */
const firstRetrySeconds = 5
const longestRetrySeconds = 900

/**
 * Deletes the changes whose run has completed, and makes those of a failed or cancelled run due again. Changes that
 * HubSpot reported while the run was in progress are in neither group: they are due already. Returns the number of
 * applied records.
 */
export async function settleChanges({ database, now }: SyncContext): Promise<number> {
  const at = now()
  const applied = await inTransaction(database.pool, async (client) => {
    const done = await forgetApplied(client)
    await noteFreshness(client, done)
    await noteContactsOf(client, done, at)
    return done.length
  })
  await returnFailed(database.pool, at)
  return applied
}

interface Applied {
  readonly workspaceId: string
  readonly objectType: ObjectType
  readonly hubspotId: bigint
  readonly finishedAt: Date
  readonly occurredAt: Date
}

/** Rows that a new event is being written to are skipped: the event makes them due again. */
async function forgetApplied(client: Queryable): Promise<Applied[]> {
  const { rows } = await client.query<Applied>(
    `DELETE FROM hubspot_change change USING (
       SELECT taken.workspace_id, taken.object_type, taken.hubspot_id, run.finished_at
       FROM hubspot_change taken JOIN sync_run run ON run.id = taken.run_id AND run.workspace_id = taken.workspace_id
       WHERE taken.claim IS NOT NULL AND taken.kind = 'CHANGED'
         AND run.status IN (${sqlListOf(completedStatuses)})
       FOR UPDATE OF taken SKIP LOCKED
     ) AS done
     WHERE change.workspace_id = done.workspace_id AND change.object_type = done.object_type
       AND change.hubspot_id = done.hubspot_id AND change.kind = 'CHANGED'
     RETURNING change.workspace_id AS "workspaceId", change.object_type AS "objectType",
       change.hubspot_id AS "hubspotId", done.finished_at AS "finishedAt", change.occurred_at AS "occurredAt"`,
  )
  return rows
}

async function noteFreshness(client: Queryable, done: readonly Applied[]): Promise<void> {
  if (done.length === 0) return
  await client.query(
    `INSERT INTO hubspot_freshness (workspace_id, last_applied_at, last_lag_ms)
     SELECT workspace_id, max(finished_at),
       greatest(0, least(2147483647, extract(epoch FROM max(finished_at - occurred_at)) * 1000))::integer
     FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS done (workspace_id, finished_at, occurred_at)
     GROUP BY workspace_id ORDER BY workspace_id
     ON CONFLICT (workspace_id) DO UPDATE
       SET last_applied_at = excluded.last_applied_at, last_lag_ms = excluded.last_lag_ms`,
    [
      done.map(({ workspaceId }) => workspaceId),
      done.map(({ finishedAt }) => finishedAt),
      done.map(({ occurredAt }) => occurredAt),
    ],
  )
}

/**
 * A company that was removed takes its contacts out of scope, and one that came back brings them in again (B58, B66).
 */
async function noteContactsOf(client: Queryable, done: readonly Applied[], at: Date): Promise<void> {
  const companies = done.filter(({ objectType }) => objectType === 'ACCOUNT')
  if (companies.length === 0) return
  await client.query(
    `INSERT INTO hubspot_change (workspace_id, object_type, hubspot_id, kind, occurred_at, first_seen_at, last_seen_at)
     SELECT done.workspace_id, 'CONTACT', link.hubspot_id, 'CHANGED', min(done.occurred_at), $4, $4
     FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) AS done (workspace_id, hubspot_id, occurred_at)
     JOIN sync_settings settings ON settings.workspace_id = done.workspace_id
       AND settings.contacts_enabled AND settings.live_updates <> 'OFF'
     JOIN account_link company ON company.workspace_id = done.workspace_id AND company.hubspot_id = done.hubspot_id
     JOIN contact ON contact.account_id = company.account_id AND contact.workspace_id = done.workspace_id
     JOIN contact_link link ON link.contact_id = contact.id AND link.workspace_id = contact.workspace_id
     WHERE link.state = CASE company.state WHEN 'ACTIVE' THEN 'OUT_OF_SCOPE'::link_state ELSE 'ACTIVE' END
     GROUP BY done.workspace_id, link.hubspot_id ORDER BY done.workspace_id, link.hubspot_id
     ON CONFLICT (workspace_id, object_type, hubspot_id, kind) DO UPDATE SET last_seen_at = excluded.last_seen_at,
       claim = NULL, claimed_at = NULL, run_id = NULL`,
    [
      companies.map(({ workspaceId }) => workspaceId),
      companies.map(({ hubspotId }) => hubspotId),
      companies.map(({ occurredAt }) => occurredAt),
      at,
    ],
  )
}

async function returnFailed(queryable: Queryable, at: Date): Promise<void> {
  await queryable.query(
    `UPDATE hubspot_change change SET claim = NULL, claimed_at = NULL, run_id = NULL, attempts = attempts + 1,
       retry_at = $1::timestamptz + make_interval(secs => least($3, $2 * power(2, least(attempts, 10))))
     FROM (
       SELECT taken.workspace_id, taken.object_type, taken.hubspot_id FROM hubspot_change taken
       WHERE taken.claim IS NOT NULL AND taken.run_id IS NOT NULL AND taken.kind = 'CHANGED' AND NOT EXISTS (
         SELECT FROM sync_run run WHERE run.id = taken.run_id
           AND run.status IN (${sqlListOf([...openStatuses, ...completedStatuses])}))
       FOR UPDATE SKIP LOCKED
     ) AS failed
     WHERE change.workspace_id = failed.workspace_id AND change.object_type = failed.object_type
       AND change.hubspot_id = failed.hubspot_id AND change.kind = 'CHANGED'`,
    [at, firstRetrySeconds, longestRetrySeconds],
  )
}
