/** Why a call for many errors left one of them as it is. */
export const skipReasons = {
  NOT_FOUND: 'The workspace has no such error.',
  NOT_A_RECORD: 'The error is not about a single record. Follow its resolution, then start the sync with startSync.',
  RESOLVED: 'The error is resolved already.',
  IGNORED: 'The record is ignored already.',
  TURNED_OFF: 'The sync of this type of record is turned off. Turn it on with updateSyncSettings.',
  WRONG_TARGET:
    'An error about a HubSpot contact needs a contact, and an error about a HubSpot company needs an account.',
  TARGET_NOT_FOUND: 'The workspace has no such shared contact or account.',
  DUPLICATE: 'The same HubSpot record, contact, or account occurs in another link of the call.',
  HANDLE_TAKEN:
    'A third contact or account has a handle of the HubSpot record, so the record would still be skipped. Make the handle unique in HubSpot, or link the record to its holder.',
  STILL_SKIPPED:
    'The HubSpot record would still be skipped, because it has no handle, its company is not synced, or it cannot be processed. Follow the resolution of its error, then retry it.',
  LIMIT_EXCEEDED: 'The workspace has reached its limit of synced contacts. Choose a smaller source first.',
} as const

export type SkipReason = keyof typeof skipReasons

export interface SkippedError {
  readonly errorId: string
  readonly reason: SkipReason
  /** Row id of our record that has the handle, if that is the reason. */
  readonly heldById: string | null
}
