import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { HubSpotRecord } from '../../hubspot/portal.ts'
import type { RecordStore } from '../../records/record-store.ts'
import type { FieldPlan } from '../mapping/field-plan.ts'
import type { AccountOfContact } from '../mapping/record-draft.ts'
import type { Observation } from '../matching/match-records.ts'
import type { Source } from './sources.ts'

/** The accounts or the contacts of a run: which HubSpot records they are, and by which rules they are processed. */
export interface RunPart {
  readonly objectType: ObjectType
  readonly store: RecordStore
  readonly plan: FieldPlan
  readonly source: Source
  /** Receives the outcome of each record that changed. A repeated page reports it again. */
  readonly observe?: (observation: Observation) => void
  /** A record without a handle is skipped (B45). */
  readonly needsHandle: boolean
  /** Maximum number of ACTIVE links (B29). */
  readonly linkLimit: number
  /** Records that an admin excluded from the sync (B56, B60). */
  readonly excludedIds: ReadonlySet<bigint>
  /** Reads at most a page of HubSpot records. Records that HubSpot no longer knows are absent. */
  read(ids: readonly bigint[], properties: readonly string[], signal: AbortSignal): Promise<HubSpotRecord[]>
  /**
   * Reads the records that HubSpot returns for these ids. A merged record has the id of the record that it was merged
   * into.
   */
  readAny(ids: readonly bigint[], signal: AbortSignal): Promise<HubSpotRecord[]>
  /** The account of each record that is in scope. Records that are out of scope are absent (B26, B58). */
  findAccounts(ids: readonly bigint[], signal: AbortSignal): Promise<ReadonlyMap<bigint, AccountOfContact>>
}
