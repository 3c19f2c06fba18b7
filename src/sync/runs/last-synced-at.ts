import type { Queryable } from '../../database/database.ts'
import type { ContactLink } from '../../generated/prisma/client.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import { completedStatuses } from './run-states.ts'

/**
 * The time at which a contact was last synced (B40). A run does not touch an unchanged contact (B52): instead, the end
 * of the last successful run counts for every link that follows HubSpot, unless that run skipped it.
 */
export function lastSyncedAt(
  link: Pick<ContactLink, 'state' | 'isHeld' | 'syncedAt'>,
  lastRunFinishedAt: Date | null,
): Date {
  const follows = link.state === 'ACTIVE' && !link.isHeld
  return follows && lastRunFinishedAt !== null && lastRunFinishedAt > link.syncedAt ? lastRunFinishedAt : link.syncedAt
}

/**
 * The end of the last run that counts for every record of a type: a full run that was not cut short. Null before the first one.
 */
export async function findLastRunEnd(
  queryable: Queryable,
  workspaceId: string,
  objectType: ObjectType,
): Promise<Date | null> {
  const { rows } = await queryable.query<{ finishedAt: Date | null }>({
    text: `SELECT finished_at AS "finishedAt" FROM sync_run
      WHERE workspace_id = $1 AND scope = 'ALL' AND status = ANY ($2::run_status[])
        AND (object_type = $3::object_type OR $3::object_type = 'ACCOUNT' AND with_accounts)
      ORDER BY created_at DESC LIMIT 1`,
    values: [workspaceId, completedStatuses, objectType],
  })
  return rows[0]?.finishedAt ?? null
}
