import type { Database } from '../../database/database.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'

interface Where {
  readonly workspaceId: string
  readonly objectType: ObjectType
}

/**
 * Finds each id's record, in the order asked for, null for a miss (B62). An id that HubSpot merged into another one
 * leads to that one's record (B59).
 */
export async function findByExternalIds<Row extends { readonly externalId: string | null }>(
  { prisma }: Database,
  where: Where,
  externalIds: readonly string[],
  find: (externalIds: string[]) => Promise<Row[]>,
): Promise<(Row | null)[]> {
  const found = new Map<string | null, Row>()
  const add = async (ids: Iterable<string>) => {
    for (const row of await find([...new Set(ids)])) found.set(row.externalId, row)
  }
  await add(externalIds)
  const survivors = await survivorsOf(
    prisma,
    where,
    externalIds.filter((id) => !found.has(id)),
  )
  if (survivors.size > 0) await add(survivors.values())
  return externalIds.map((id) => found.get(id) ?? found.get(survivors.get(id) ?? null) ?? null)
}

/** What ids were merged into, followed to the end. */
async function survivorsOf(
  prisma: Database['prisma'],
  where: Where,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const survivors = new Map<string, string>()
  let open = new Map(externalIds.filter((id) => /^\d{1,18}$/.test(id)).map((id) => [id, BigInt(id)]))
  while (open.size > 0) {
    const aliases = await prisma.hubSpotAlias.findMany({ where: { ...where, hubspotId: { in: [...open.values()] } } })
    const targets = new Map(aliases.map((alias) => [alias.hubspotId, alias.mergedIntoId]))
    const next = new Map<string, bigint>()
    for (const [id, at] of open) {
      const target = targets.get(at)
      // A circle of merges cannot arise in HubSpot; should it be stored, it ends where it came from.
      if (target === undefined || String(target) === id) continue
      survivors.set(id, String(target))
      next.set(id, target)
    }
    open = next
  }
  return survivors
}
