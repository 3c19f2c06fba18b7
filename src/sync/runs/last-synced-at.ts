import type { ContactLink, Prisma } from '../../generated/prisma/client.ts'
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

/** Selects the runs whose end counts for every record of a type: full runs that were not cut short. */
export function coveringRuns(workspaceId: string, objectType: ObjectType): Prisma.SyncRunWhereInput {
  return {
    workspaceId,
    scope: 'ALL',
    status: { in: [...completedStatuses] },
    ...(objectType === 'CONTACT' ? { objectType } : { OR: [{ objectType }, { withAccounts: true }] }),
  }
}
