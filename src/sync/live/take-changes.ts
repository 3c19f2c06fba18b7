import { plansWithSync } from '../../auth/permissions.ts'
import { inTransaction } from '../../database/database.ts'
import { newId } from '../../database/new-id.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import { startRecordsRun } from '../runs/start-records-run.ts'
import type { SyncContext } from '../sync-context.ts'

/** Maximum number of records per run. The rest waits for the next run. */
const mostPerRun = 1_000
/** A worker that claimed records and created no run for them within this time was killed. */
const claimLastsMs = 30_000

interface Due {
  readonly workspaceId: string
  readonly objectType: ObjectType
}

/**
 * Syncs the records that HubSpot reported as changed: those of a workspace together, companies before the contacts that
 * belong to them (B66), and one run after the other, so that changes accumulate in the meantime. Nothing is taken while
 * the sync is paused, not connected, or not in the plan; the changes wait. Any number of workers may call it. Returns
 * the number of records taken.
 */
export async function takeChanges(context: SyncContext): Promise<number> {
  await returnLostClaims(context)
  let taken = 0
  for (const due of await findDue(context)) taken += await takeFrom(context, due)
  return taken
}

/** Condition for a row of hubspot_change that a run may be created for. */
const isDirty = `change.kind = 'CHANGED' AND change.claim IS NULL AND (change.retry_at IS NULL OR change.retry_at <= $1)`

/** Condition that another run works on changes of the workspace, or is about to. */
const isBusy = (objectTypes: string) => `EXISTS (
  SELECT FROM hubspot_change other WHERE other.workspace_id = settings.workspace_id
    AND other.claim IS NOT NULL AND other.object_type IN (${objectTypes}))`

async function findDue({ database, now }: SyncContext): Promise<Due[]> {
  const { rows } = await database.pool.query<Due>(
    `SELECT settings.workspace_id AS "workspaceId", kind.object_type AS "objectType"
     FROM sync_settings settings
     JOIN hubspot_connection connection ON connection.workspace_id = settings.workspace_id
     JOIN workspace ON workspace.id = settings.workspace_id
     CROSS JOIN (VALUES ('ACCOUNT'::object_type), ('CONTACT')) AS kind (object_type)
     WHERE settings.live_updates <> 'OFF' AND settings.activated_at IS NOT NULL
       AND NOT settings.is_paused AND connection.status = 'CONNECTED' AND workspace.plan = ANY ($2::plan[])
       AND CASE kind.object_type WHEN 'ACCOUNT' THEN settings.accounts_enabled AND NOT ${isBusy("'ACCOUNT'")}
         ELSE settings.contacts_enabled AND settings.contact_source IS NOT NULL AND NOT ${isBusy("'ACCOUNT', 'CONTACT'")}
           AND NOT EXISTS (SELECT FROM hubspot_change company WHERE company.workspace_id = settings.workspace_id
             AND company.object_type = 'ACCOUNT' AND company.kind = 'CHANGED' AND company.retry_at IS NULL)
         END
       AND EXISTS (SELECT FROM hubspot_change change WHERE change.workspace_id = settings.workspace_id
         AND change.object_type = kind.object_type AND ${isDirty})
     ORDER BY 1, 2`,
    [now(), plansWithSync],
  )
  return rows
}

async function takeFrom(context: SyncContext, { workspaceId, objectType }: Due): Promise<number> {
  const claim = newId()
  const hubspotIds = await claimDirty(context, { workspaceId, objectType }, claim)
  if (hubspotIds.length === 0) return 0
  const run = await startRecordsRun(context, {
    workspaceId,
    objectType,
    hubspotIds,
    trigger: 'WEBHOOK',
    triggeredById: null,
  })
  // Changes that HubSpot reported again in the meantime are no longer claimed, and are due again.
  await context.database.pool.query(
    run === null
      ? 'UPDATE hubspot_change SET claim = NULL, claimed_at = NULL WHERE workspace_id = $1 AND claim = $2'
      : 'UPDATE hubspot_change SET run_id = $3 WHERE workspace_id = $1 AND claim = $2',
    run === null ? [workspaceId, claim] : [workspaceId, claim, run.id],
  )
  return run === null ? 0 : hubspotIds.length
}

async function claimDirty({ database, now }: SyncContext, { workspaceId, objectType }: Due, claim: string) {
  return inTransaction(database.pool, async (client) => {
    const { rows } = await client.query<{ hubspot_id: bigint }>(
      `UPDATE hubspot_change SET claim = $2, claimed_at = $1
       WHERE workspace_id = $3 AND object_type = $4 AND kind = 'CHANGED' AND hubspot_id IN (
         SELECT change.hubspot_id FROM hubspot_change change
         WHERE change.workspace_id = $3 AND change.object_type = $4 AND ${isDirty}
         ORDER BY change.first_seen_at LIMIT $5 FOR UPDATE SKIP LOCKED)
       RETURNING hubspot_id`,
      [now(), claim, workspaceId, objectType, mostPerRun],
    )
    return rows.map((row) => row.hubspot_id)
  })
}

async function returnLostClaims({ database, now }: SyncContext): Promise<void> {
  await database.pool.query(
    `UPDATE hubspot_change SET claim = NULL, claimed_at = NULL
     WHERE claim IS NOT NULL AND run_id IS NULL AND kind = 'CHANGED' AND claimed_at < $1`,
    [new Date(now().getTime() - claimLastsMs)],
  )
}
