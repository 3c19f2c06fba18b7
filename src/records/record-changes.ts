import type { LinkState } from '../generated/prisma/enums.ts'
import type { HeldHandle, JsonValue } from './stored-record.ts'

/** The columns of a record that the sync writes, with their new values. */
export interface RecordRow {
  readonly id: string
  /** Null for a record that was merged into another (B59). */
  readonly externalId: string | null
  readonly name: string
  readonly description: string
  readonly links: readonly string[]
  readonly customFields: Readonly<Record<string, JsonValue>>
  readonly accountId: string | null
  readonly accountFromHubspot: boolean
}

export interface HandleRow extends HeldHandle {
  readonly recordId: string
}

export interface LinkRow {
  readonly hubspotId: bigint
  readonly recordId: string
  readonly state: LinkState
  readonly rowHash: bigint | null
}

/** The changes that a page of HubSpot records makes to the store. */
export interface RecordChanges {
  readonly created: readonly RecordRow[]
  readonly updated: readonly RecordRow[]
  readonly removedHandles: readonly HandleRow[]
  readonly addedHandles: readonly HandleRow[]
  /** Records whose current link is replaced by another one. */
  readonly unlinkedIds: readonly string[]
  readonly linked: readonly LinkRow[]
  /** Links of HubSpot records that were merged into another one. */
  readonly mergedAway: readonly bigint[]
}
