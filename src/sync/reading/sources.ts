import type { Queryable } from '../../database/database.ts'
import { HubSpotUnreadableError } from '../../hubspot/errors.ts'
import type { HubSpotPortal, HubSpotRecord } from '../../hubspot/portal.ts'
import type { SyncTuning } from '../sync-context.ts'
import { weightOf } from './weight-of.ts'

/** A stretch of what is in scope: all of it from one cursor to the next, in ascending order of id (B51). */
export interface SourcePage {
  /** Cursor that leads to this stretch; null at the beginning. */
  readonly after: string | null
  /** Cursor that leads to what follows; null at the end. */
  readonly next: string | null
  readonly ids: readonly bigint[]
  /** The records themselves, where they come with their ids. */
  readonly records?: readonly HubSpotRecord[]
}

/** What a part of a run works through. */
export interface Source {
  /** The stretch behind a cursor. */
  page(after: string | null, signal: AbortSignal): Promise<SourcePage>
  /**
   * Everything that follows HubSpot is to be found in it, so that a link whose record is not has left (B58). Otherwise
   * only the records named in it are looked at.
   */
  readonly isWhole: boolean
  /** Throws where what the scope was taken from is gone meanwhile, so that missing there says nothing of a record. */
  requireStillThere?(signal: AbortSignal): Promise<void>
}

/** The members of a list (B27). */
export function listSource(portal: HubSpotPortal, listId: string, tuning: SyncTuning): Source {
  return {
    isWhole: true,
    page: (after, signal) =>
      gather(after, tuning, async (cursor) => {
        const page = { after: cursor, limit: tuning.membershipLimit }
        const { recordIds, next } = await portal.membershipPage(listId, page, signal)
        return { ids: recordIds, next }
      }),
  }
}

/** All companies (B64); they come with the properties asked for. */
export function companySource(portal: HubSpotPortal, properties: readonly string[], tuning: SyncTuning): Source {
  return {
    isWhole: true,
    page: (after, signal) =>
      gather(after, tuning, async (cursor) => {
        const page = { after: cursor, limit: tuning.readLimit }
        const { records, next } = await portal.companyPage(page, properties, signal)
        return { ids: records.map(({ id }) => id), records, next }
      }),
  }
}

/** The records that were set down for the run in sync_run_member. */
export function memberSource(
  queryable: Queryable,
  run: { readonly id: string; readonly workspaceId: string },
  isWhole: boolean,
  tuning: SyncTuning,
): Source {
  return {
    isWhole,
    page: async (after) => {
      const { rows } = await queryable.query<{ hubspot_id: bigint }>(
        `SELECT hubspot_id FROM sync_run_member WHERE run_id = $1 AND workspace_id = $2 AND hubspot_id > $3
         ORDER BY hubspot_id LIMIT $4`,
        [run.id, run.workspaceId, after ?? '-1', tuning.pageSize],
      )
      const ids = rows.map((row) => row.hubspot_id)
      return { after, ids, next: ids.length < tuning.pageSize ? null : String(ids.at(-1)) }
    },
  }
}

interface Piece {
  readonly ids: readonly bigint[]
  readonly records?: readonly HubSpotRecord[]
  readonly next: string | null
}

/** Asks on until a stretch holds enough records, by number or by bytes. Rules and departures lean on the order, so it is looked at. */
async function gather(
  after: string | null,
  { pageSize, pageBytes }: SyncTuning,
  ask: (cursor: string | null) => Promise<Piece>,
): Promise<SourcePage> {
  const ids: bigint[] = []
  const records: HubSpotRecord[] = []
  let hasRecords = false
  let next = after
  do {
    const piece = await ask(next)
    for (const id of piece.ids) {
      const last = ids.at(-1)
      if (last !== undefined && id <= last) {
        throw new HubSpotUnreadableError(`HubSpot lists record ${id} behind ${last}; ids must ascend.`)
      }
      ids.push(id)
    }
    if (piece.records !== undefined) {
      hasRecords = true
      records.push(...piece.records)
    }
    next = piece.next
  } while (next !== null && ids.length < pageSize && weightOf(records) < pageBytes)
  return { after, next, ids, ...(hasRecords && { records }) }
}
