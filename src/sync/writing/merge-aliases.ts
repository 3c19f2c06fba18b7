import { type Queryable, together } from '../../database/database.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { RecordDraft } from '../mapping/record-draft.ts'

/** A HubSpot record that was merged into another one. */
export interface Merge {
  readonly from: bigint
  readonly to: bigint
}

export function mergesOf(drafts: readonly RecordDraft[]): Merge[] {
  return drafts.flatMap(({ hubspotId, mergedIds }) => mergedIds.map((from) => ({ from, to: hubspotId })))
}

/** The ids among these that HubSpot reported as the primary of their merge. */
export async function findPrimaries(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
  ids: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  if (ids.length === 0) return new Set()
  const { rows } = await client.query<{ hubspot_id: bigint }>(
    `SELECT hubspot_id FROM hubspot_alias
     WHERE workspace_id = $1 AND object_type = $2 AND hubspot_id = ANY ($3::bigint[]) AND is_primary`,
    [workspaceId, objectType, ids],
  )
  return new Set(rows.map((row) => row.hubspot_id))
}

/** The primary record survives a merge; without one, the record with the lowest id does (B59). */
export function withPrimaryFirst(
  drafts: readonly RecordDraft[],
  primaries: ReadonlySet<bigint>,
): readonly RecordDraft[] {
  if (primaries.size === 0) return drafts
  const rank = (id: bigint) => (primaries.has(id) ? 0 : 1)
  return drafts.map((draft) => ({
    ...draft,
    mergedIds: [...draft.mergedIds].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)),
  }))
}

/**
 * Stores the ids that were merged into each record, so that look-ups by them find it (B59). An id that already leads
 * somewhere keeps doing so while the record that it was merged into waits to be synced (B62).
 */
export async function recordAliases(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
  { done, waiting }: { readonly done: readonly Merge[]; readonly waiting: readonly Merge[] },
): Promise<void> {
  await together([
    insertAliases(
      client,
      [workspaceId, objectType],
      done,
      `DO UPDATE SET merged_into_id = excluded.merged_into_id
       WHERE hubspot_alias.merged_into_id <> excluded.merged_into_id`,
    ),
    insertAliases(client, [workspaceId, objectType], waiting, 'DO NOTHING'),
  ])
}

async function insertAliases(
  client: Queryable,
  where: readonly [workspaceId: string, objectType: ObjectType],
  merges: readonly Merge[],
  onConflict: string,
): Promise<void> {
  if (merges.length === 0) return
  const aliases = new Map(merges.map(({ from, to }) => [from, to]))
  await client.query(
    `INSERT INTO hubspot_alias (workspace_id, object_type, hubspot_id, merged_into_id)
     SELECT $1, $2, row.* FROM unnest($3::bigint[], $4::bigint[]) AS row
     ON CONFLICT (workspace_id, object_type, hubspot_id) ${onConflict}`,
    [...where, [...aliases.keys()], [...aliases.values()]],
  )
}
