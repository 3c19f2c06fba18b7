import type { Database, Queryable } from '../database/database.ts'
import type { ObjectType } from '../generated/prisma/enums.ts'

interface Where {
  readonly workspaceId: string
  readonly objectType: ObjectType
}

/**
 * Finds each id's record, in the order asked for, null for a miss (B62). An id that HubSpot merged into another one
 * leads to that one's record (B59). While that one waits to be synced, it leads to the record that is to become its
 * record: of whatever the id was merged into before, else of another one that was merged into the same.
 */
export async function findByExternalIds<Row extends { readonly externalId: string | null }>(
  { pool }: Database,
  where: Where,
  externalIds: readonly string[],
  find: (externalIds: string[]) => Promise<Row[]>,
): Promise<(Row | null)[]> {
  const found = new Map<string, Row>()
  const add = async (ids: Iterable<string>) => {
    const wanted = [...new Set(ids)].filter((id) => !found.has(id))
    for (const row of wanted.length === 0 ? [] : await find(wanted)) {
      if (row.externalId !== null) found.set(row.externalId, row)
    }
  }
  await add(externalIds)
  const missed = externalIds.filter((id) => !found.has(id))
  const kin = missed.length === 0 ? new Map<string, string[]>() : await kinOf(pool, where, missed)
  await add([...kin.values()].flat())
  return externalIds.map((id) => {
    const own = found.get(id)
    if (own !== undefined) return own
    const next = kin.get(id)?.find((other) => found.has(other))
    return (next !== undefined && found.get(next)) || null
  })
}

/**
 * For each id that was merged away, in one statement, the ids whose records stand for it, best first: what it was merged
 * into, followed to the end, from the last one back; then whatever else was merged into one of those, the primary of its
 * merge before the lowest id. A circle of merges cannot arise in HubSpot; should it be stored, it is gone through once.
 */
async function kinOf(
  queryable: Queryable,
  { workspaceId, objectType }: Where,
  externalIds: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await queryable.query<{ asked: bigint; id: bigint }>({
    text: `
      WITH RECURSIVE chain (asked, id, step) AS (
        SELECT asked, asked, 0 FROM unnest($3::bigint[]) AS asked
        UNION ALL
        SELECT chain.asked, alias.merged_into_id, chain.step + 1 FROM chain
        JOIN hubspot_alias alias ON alias.workspace_id = $1 AND alias.object_type = $2 AND alias.hubspot_id = chain.id
      ) CYCLE id SET is_circle USING path
      SELECT asked, id, 0 AS turn, step, false AS is_primary FROM chain WHERE step > 0 AND NOT is_circle
      UNION ALL
      SELECT chain.asked, alias.hubspot_id, 1, chain.step, alias.is_primary FROM chain
      JOIN hubspot_alias alias ON alias.workspace_id = $1 AND alias.object_type = $2 AND alias.merged_into_id = chain.id
      WHERE step > 0 AND NOT is_circle
      ORDER BY asked, turn, step DESC, is_primary DESC, id`,
    values: [workspaceId, objectType, externalIds.filter((id) => /^\d{1,18}$/.test(id))],
  })
  const kin = new Map<string, string[]>()
  for (const { asked, id } of rows) kin.set(String(asked), [...(kin.get(String(asked)) ?? []), String(id)])
  return kin
}
