import { erasePrivacyDeleted } from '../privacy/erase-privacy-deleted.ts'
import type { SyncContext } from '../sync-context.ts'
import { settleChanges } from './settle-changes.ts'
import { takeChanges } from './take-changes.ts'

/**
 * One look at what HubSpot told of: what is applied is forgotten, what failed is due again, persons are erased (B61), and
 * what is due is given to a run. Safe to call at any time and from many workers.
 */
export async function syncChanges(context: SyncContext): Promise<void> {
  await erasePrivacyDeleted(context)
  await settleChanges(context)
  await takeChanges(context)
}
