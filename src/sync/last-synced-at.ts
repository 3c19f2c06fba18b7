import type { ContactLink } from '../generated/prisma/client.ts'

/**
 * When a contact was last synced (B40). A run does not touch a contact that is unchanged (B52): the end of the last
 * successful run counts for every link that follows HubSpot, unless that run skipped it.
 */
export function lastSyncedAt(
  link: Pick<ContactLink, 'state' | 'isHeld' | 'syncedAt'>,
  lastRunFinishedAt: Date | null,
): Date {
  const follows = link.state === 'ACTIVE' && !link.isHeld
  return follows && lastRunFinishedAt !== null && lastRunFinishedAt > link.syncedAt ? lastRunFinishedAt : link.syncedAt
}
