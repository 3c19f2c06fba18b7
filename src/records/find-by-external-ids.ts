import type { Database, Queryable } from '../database/database.ts'
import type { ObjectType } from '../generated/prisma/enums.ts'

interface Where {
  readonly workspaceId: string
  readonly objectType: ObjectType
}

/**
 * Finds each id's record, in the order asked for, null for a miss (B62). An id that HubSpot merged into another one
 * leads to that one's record (B59).
 */
export async function findByExternalIds<Row extends { readonly externalId: string | null }>(
  { pool }: Database,
  where: Where,
  externalIds: readonly string[],
  find: (externalIds: string[]) => Promise<Row[]>,
): Promise<(Row | null)[]> {
  const found = new Map<string | null, Row>()
  const add = async (ids: Iterable<string>) => {
    for (const row of await find([...new Set(ids)])) found.set(row.externalId, row)
  }
  await add(externalIds)
  const missed = externalIds.filter((id) => !found.has(id))
  const survivors = missed.length === 0 ? new Map<string, string>() : await survivorsOf(pool, where, missed)
  if (survivors.size > 0) await add(survivors.values())
  return externalIds.map((id) => found.get(id) ?? found.get(survivors.get(id) ?? null) ?? null)
}

/**
 * What ids were merged into, followed to the end in one statement. A circle of merges cannot arise in HubSpot; should it be
 * stored, it leads nowhere.
 */
async function survivorsOf(
  queryable: Queryable,
  { workspaceId, objectType }: Where,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await queryable.query<{ asked: bigint; survivor: bigint }>({
    text: `
      WITH RECURSIVE chain (asked, id) AS (
        SELECT asked, asked FROM unnest($3::bigint[]) AS asked
        UNION
        SELECT chain.asked, alias.merged_into_id FROM chain
        JOIN hubspot_alias alias ON alias.workspace_id = $1 AND alias.object_type = $2 AND alias.hubspot_id = chain.id
      )
      SELECT asked, id AS survivor FROM chain
      WHERE id <> asked AND NOT EXISTS (
        SELECT FROM hubspot_alias WHERE workspace_id = $1 AND object_type = $2 AND hubspot_id = chain.id)`,
    values: [workspaceId, objectType, externalIds.filter((id) => /^\d{1,18}$/.test(id))],
  })
  return new Map(rows.map(({ asked, survivor }) => [String(asked), String(survivor)]))
}
