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
  /** When the source was opened, HubSpot was still building what it is taken from: records may be missing there. */
  readonly isIncomplete?: boolean
  /**
   * Asks again whether missing there says that a record has left. Returns false where HubSpot is still building what the
   * scope is taken from. Throws where that is gone, so that missing there says nothing about a record.
   */
  isComplete?(signal: AbortSignal): Promise<boolean>
}

/** The members of a list (B27). */
export function listSource(portal: HubSpotPortal, listId: string, tuning: SyncTuning): Source {
  return {
    isWhole: true,
    page: inStretches(tuning, async (cursor, signal) => {
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
    page: inStretches(tuning, async (cursor, signal) => {
      const page = { after: cursor, limit: tuning.readLimit }
      const { records, next } = await portal.companyPage(page, properties, signal)
      return { ids: records.map(({ hubspotId }) => hubspotId), records, next }
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

/** How far a walk through a list has come, and what it met last. */
interface Walk {
  /** Cursor of the stretch that is next; null at the end. */
  readonly next: string | null
  readonly last: bigint | null
  /** Ids of the last stretch. */
  readonly met: ReadonlySet<bigint>
  readonly cursors: ReadonlySet<string>
}

const begun: Walk = { next: null, last: null, met: new Set(), cursors: new Set() }

/**
 * Gathers pages until a stretch holds enough records, by number or by bytes. Rules and departures lean on ascending ids, so that order is looked
 * at, across stretches too. HubSpot repeats ids where pages meet: one that was met just now is passed over.
 */
function inStretches(
  { pageSize, pageBytes }: SyncTuning,
  ask: (cursor: string | null, signal: AbortSignal) => Promise<Piece>,
): Source['page'] {
  let walk = begun
  return async (after, signal) => {
    // Only a run that is taken up again begins somewhere else than where this walk stands.
    const before = after === null || after !== walk.next ? begun : walk
    const cursors = new Set(before.cursors)
    const met = new Set(before.met)
    const ids: bigint[] = []
    const records: HubSpotRecord[] = []
    let { last } = before
    let next = after
    let hasRecords = false
    let bytes = 0
    do {
      const piece = await ask(next, signal)
      piece.ids.forEach((id, index) => {
        if (met.has(id)) return
        if (last !== null && id < last) {
          throw new HubSpotUnreadableError(`HubSpot lists record ${id} after ${last}, but ids must ascend.`)
        }
        last = id
        met.add(id)
        ids.push(id)
        const record = piece.records?.[index]
        if (record !== undefined) records.push(record)
      })
      hasRecords ||= piece.records !== undefined
      bytes += weightOf(piece.records ?? [])
      next = piece.next
      if (next !== null && cursors.has(next)) {
        throw new HubSpotUnreadableError('HubSpot keeps returning the same pages: it repeats a cursor.')
      }
      if (next !== null) cursors.add(next)
    } while (next !== null && ids.length < pageSize && bytes < pageBytes)
    walk = { next, last, met: ids.length === 0 ? before.met : new Set(ids), cursors }
    return { after, next, ids, ...(hasRecords && { records }) }
  }
}
