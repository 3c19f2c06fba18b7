import type { Queryable } from '../database/database.ts'
import type { ObjectType } from '../generated/prisma/enums.ts'

interface Where {
  readonly workspaceId: string
  readonly objectType: ObjectType
}

/**
 * Finds the record of each id, in the given order, with null for an unknown id (B62). An id that HubSpot merged into another
 * record leads to that record (B59). While that record waits to be synced, the id leads to the record that will become it:
 * that of an earlier merge of the id, or else that of another id that was merged into the same record.
 */
export async function findByExternalIds<Row extends { readonly externalId: string | null }>(
  { pool }: { readonly pool: Queryable },
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
 * For each merged id, in one statement, returns the ids whose records stand for it, best first: the ids that it was merged
 * into, followed to the end and then backwards from the last one; then other ids that were merged into one of those, first
 * the primary of its merge and then the lowest id. A cycle of merges cannot occur in HubSpot. If one is stored, it is
 * followed once.
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
