import type { Queryable } from '../../database/database.ts'
import { HubSpotUnreadableError } from '../../hubspot/errors.ts'
import type { HubSpotPortal, HubSpotRecord } from '../../hubspot/portal.ts'
import type { SyncTuning } from '../sync-context.ts'
import { weightOf } from './weight-of.ts'

/** A page of a source: everything in scope from one cursor to the next, in ascending order of id (B51). */
export interface SourcePage {
  /** Cursor of this page; null at the beginning. */
  readonly after: string | null
  /** Cursor of the next page; null at the end. */
  readonly next: string | null
  readonly ids: readonly bigint[]
  /** The records themselves, if they come with their ids. */
  readonly records?: readonly HubSpotRecord[]
}

/** Where a part of a run gets its records. */
export interface Source {
  /** Returns the page after a cursor. */
  page(after: string | null, signal: AbortSignal): Promise<SourcePage>
  /**
   * True if every record that follows HubSpot is in the source, so that a link without its record has departed (B58).
   * If false, only the records in it are looked at.
   */
  readonly isWhole: boolean
  /** When the source was opened, HubSpot was still building its list: records may be missing from it. */
  readonly isIncomplete?: boolean
  /**
   * Checks again whether a missing record has departed. Returns false if HubSpot is still building the list of the
   * source. Throws if the list no longer exists, since a missing record then means nothing.
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

/** All companies (B64). They come with the given properties. */
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

/** The records that are stored for the run in sync_run_member. */
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
  /** Cursor of the next page; null at the end. */
  readonly next: string | null
  readonly last: bigint | null
  /** Ids of the last page. */
  readonly met: ReadonlySet<bigint>
  readonly cursors: ReadonlySet<string>
}

const begun: Walk = { next: null, last: null, met: new Set(), cursors: new Set() }

/** Share of the calls for records that a page may waste if it ends early. */
const wastedShare = 0.02

/**
 * Collects HubSpot's pages until there are enough records, by number or by bytes, or until that takes so long that
 * progress would seldom be announced. Rules and departures rely on
 * ascending ids, so the order is checked, also across pages. HubSpot repeats ids where pages meet; an id that was just
 * met is skipped.
 */
function inStretches(
  { pageSize, pageBytes, pieceMs, readLimit }: SyncTuning,
  ask: (cursor: string | null, signal: AbortSignal) => Promise<Piece>,
): Source['page'] {
  let walk = begun
  return async (after, signal) => {
    // Only a run that is taken up again begins somewhere other than at the position of this walk.
    const before = after === null || after !== walk.next ? begun : walk
    const cursors = new Set(before.cursors)
    const met = new Set(before.met)
    const ids: bigint[] = []
    const records: HubSpotRecord[] = []
    let { last } = before
    let next = after
    let hasRecords = false
    let bytes = 0
    // The records of the page have to be read and written in the other half.
    const longUntil = performance.now() + pieceMs / 2
    const isLong = () =>
      performance.now() >= longUntil && Math.ceil(ids.length / readLimit) * readLimit <= ids.length * (1 + wastedShare)
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
    } while (next !== null && ids.length < pageSize && bytes < pageBytes && !(ids.length > 0 && isLong()))
    walk = { next, last, met: ids.length === 0 ? before.met : new Set(ids), cursors }
    return { after, next, ids, ...(hasRecords && { records }) }
  }
}
