import type { Queryable } from '../../database/database.ts'
import type { SliceResult } from '../matching/match-records.ts'
import type { Run } from '../runs/run.ts'
import type { PageEntry } from './prepare-page.ts'

/** More ids than departures are stored, since some of those that are tried again turn out to be blocked. */
const spare = 1_000

/** What a page changes about the records that the run remembers as past the limit (B29). */
export interface LeftOut {
  readonly added: readonly bigint[]
  readonly removed: readonly bigint[]
  /** Number of records that are past the limit for good, because there will never be room for that many. */
  readonly final: number
}

/**
 * Only departures make room, so there can be no more room than there were links at the start. The lowest ids are met
 * first, and are the ones to try again.
 */
export function leftOutOf(
  { checkpoint }: Run,
  entries: readonly PageEntry[],
  before: ReadonlySet<bigint> | undefined,
  { leftOutIds }: SliceResult,
): LeftOut {
  if (before === undefined) {
    const added = leftOutIds.slice(0, Math.max(0, checkpoint.linksAtStart + spare - checkpoint.leftOut))
    return { added, removed: [], final: leftOutIds.length - added.length }
  }
  const after = new Set(leftOutIds)
  return {
    added: leftOutIds.filter((id) => !before.has(id)),
    removed: entries.map(({ hubspotId }) => hubspotId).filter((id) => before.has(id) && !after.has(id)),
    final: 0,
  }
}

export async function writeLeftOut(client: Queryable, run: Run, { added, removed }: LeftOut): Promise<void> {
  if (added.length > 0) {
    await client.query(
      `INSERT INTO sync_run_left_out (workspace_id, run_id, hubspot_id)
       SELECT $1, $2, row.id FROM unnest($3::bigint[]) AS row (id) ON CONFLICT DO NOTHING`,
      [run.workspaceId, run.id, added],
    )
  }
  if (removed.length > 0) {
    await client.query(
      'DELETE FROM sync_run_left_out WHERE run_id = $1 AND workspace_id = $2 AND hubspot_id = ANY ($3::bigint[])',
      [run.id, run.workspaceId, removed],
    )
  }
}
