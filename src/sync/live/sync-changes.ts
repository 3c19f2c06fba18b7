import { erasePrivacyDeleted } from '../privacy/erase-privacy-deleted.ts'
import type { SyncContext } from '../sync-context.ts'
import { settleChanges } from './settle-changes.ts'
import { takeChanges } from './take-changes.ts'

/**
 * Processes the changes that HubSpot reported, once: deletes applied ones, makes failed ones due again, erases persons
 * (B61), and creates runs for what is due. Safe to call at any time and from many workers.
 */
export async function syncChanges(context: SyncContext): Promise<void> {
  await erasePrivacyDeleted(context)
  await settleChanges(context)
  await takeChanges(context)
}
