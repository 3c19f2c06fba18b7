import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import type { RecordStore } from '../../records/record-store.ts'
import type { FieldPlan } from '../mapping/field-plan.ts'
import type { AccountOfContact } from '../mapping/record-draft.ts'
import type { Observation } from '../matching/match-records.ts'
import type { Source } from './sources.ts'

/** The accounts or the contacts of a run: which HubSpot records they are, and by which rules they are worked through. */
export interface RunPart {
  readonly objectType: ObjectType
  readonly store: RecordStore
  readonly plan: FieldPlan
  readonly source: Source
  /** Hears what becomes of each record that changed; a page that is repeated tells it again. */
  readonly observe?: (observation: Observation) => void
  /** A record without a handle is skipped (B45). */
  readonly needsHandle: boolean
  /** How many ACTIVE links there may be (B29). */
  readonly linkLimit: number
  /** Records that an admin told the sync to leave alone (B56, B60). */
  readonly excludedIds: ReadonlySet<bigint>
  /** Up to a page of HubSpot records; what HubSpot does not know any more is absent. */
  read(ids: readonly bigint[], properties: readonly string[], signal: AbortSignal): Promise<HubSpotRecord[]>
  /** The records that HubSpot gives for these ids, merged ones under the id of what they were merged into. */
  readAny(ids: readonly bigint[], signal: AbortSignal): Promise<HubSpotRecord[]>
  /** The account of each record that is in scope; what is absent is not (B26, B58). */
  findAccounts(ids: readonly bigint[], signal: AbortSignal): Promise<ReadonlyMap<bigint, AccountOfContact>>
}
