/** Why a call for many errors left one of them as it is. */
export const skipReasons = {
  NOT_FOUND: 'The workspace has no such error.',
  NOT_A_RECORD: 'The error is not about a single record. Follow its resolution, then start the sync with startSync.',
  RESOLVED: 'The error is resolved already.',
  IGNORED: 'The record is ignored already.',
  TURNED_OFF: 'The sync of this type of record is turned off. Turn it on with updateSyncSettings.',
} as const

export type SkipReason = keyof typeof skipReasons

export interface SkippedError {
  readonly errorId: string
  readonly reason: SkipReason
  /** Row id of our record that stands in the way, if one does. */
  readonly heldById: string | null
}
