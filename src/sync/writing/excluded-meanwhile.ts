import { bigints } from '../../database/array-parameter.ts'
import type { Queryable } from '../../database/database.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'

/**
 * The records among these that are excluded now: a person may have been erased after the run read the record (B61).
 * Call it under the lock under which records are excluded.
 */
export async function findExcluded(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
  hubspotIds: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  const { rows } = await client.query<{ hubspot_id: bigint }>(
    `SELECT hubspot_id FROM hubspot_exclusion
     WHERE workspace_id = $1 AND object_type = $2 AND hubspot_id = ANY ($3::bigint[])`,
    [workspaceId, objectType, bigints(hubspotIds, (id) => id)],
  )
  return new Set(rows.map((row) => row.hubspot_id))
}
