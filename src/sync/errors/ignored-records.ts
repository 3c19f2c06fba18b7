import { bigints } from '../../database/array-parameter.ts'
import type { Queryable } from '../../database/database.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { SqlCondition } from './error-filter.ts'

export interface IgnoredRecords {
  /** Number of errors that the condition selected and that are ignored now. */
  readonly errors: number
  readonly records: number
}

/**
 * Excludes the records of the selected open errors from the sync, and closes every open error about them as IGNORED
 * (B56). Call it under the locks of the stores, so that no run writes a page in the meantime.
 */
export async function ignoreRecords(
  client: Queryable,
  { sql, values }: SqlCondition,
  at: Date,
): Promise<IgnoredRecords> {
  const time = `$${values.length + 1}::timestamptz`
  const { rows } = await client.query<IgnoredRecords>(
    `WITH matched AS MATERIALIZED (
       SELECT object_type, hubspot_id FROM sync_error WHERE ${sql} AND status = 'OPEN' AND hubspot_id > 0
     ), records AS MATERIALIZED (
       SELECT DISTINCT object_type, hubspot_id FROM matched
     ), excluded AS (
       INSERT INTO hubspot_exclusion (workspace_id, object_type, hubspot_id, created_at)
       SELECT $1::uuid, object_type, hubspot_id, ${time} FROM records ON CONFLICT DO NOTHING
     ), closed AS (
       UPDATE sync_error SET status = 'IGNORED', resolved_at = ${time} FROM records
       WHERE workspace_id = $1::uuid AND status = 'OPEN'
         AND sync_error.object_type = records.object_type AND sync_error.hubspot_id = records.hubspot_id
     )
     SELECT (SELECT count(*)::integer FROM matched) AS errors, (SELECT count(*)::integer FROM records) AS records`,
    [...values, at],
  )
  return rows[0] ?? { errors: 0, records: 0 }
}

/**
 * Ends the exclusion of those records among these that were ignored. Their ignored errors are open until the records are
 * next looked at. A record that was excluded for another reason, such as privacy (B61), has no ignored error and stays
 * excluded.
 */
export async function stopIgnoring(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
  hubspotIds: readonly bigint[],
): Promise<void> {
  const [endExclusions, openErrors] = stopIgnoringSql(objectType, 'SELECT unnest($2::bigint[])')
  const values = [workspaceId, bigints(hubspotIds, (id) => id)]
  await client.query(endExclusions, values)
  await client.query(openErrors, values)
}

/** The statements of {@link stopIgnoring}, to be run in this order. $1 is the workspace, `ids` a query for the records. */
export function stopIgnoringSql(objectType: ObjectType, ids: string): readonly [string, string] {
  const ofType = (table: string) =>
    `${table}.workspace_id = $1::uuid AND ${table}.object_type = '${objectType}'::object_type`
  return [
    `DELETE FROM hubspot_exclusion AS exclusion WHERE ${ofType('exclusion')} AND exclusion.hubspot_id IN (${ids})
       AND EXISTS (
         SELECT FROM sync_error AS ignored
         WHERE ${ofType('ignored')} AND ignored.status = 'IGNORED' AND ignored.hubspot_id = exclusion.hubspot_id)`,
    `UPDATE sync_error SET status = 'OPEN', resolved_at = NULL WHERE id IN (
       SELECT DISTINCT ON (hubspot_id, type, property) id FROM sync_error AS ignored
       WHERE ${ofType('ignored')} AND ignored.status = 'IGNORED' AND ignored.hubspot_id IN (${ids})
         AND NOT EXISTS (
           SELECT FROM sync_error AS known
           WHERE ${ofType('known')} AND known.status = 'OPEN' AND known.hubspot_id = ignored.hubspot_id
             AND known.type = ignored.type AND known.property = ignored.property)
       ORDER BY hubspot_id, type, property, last_seen_at DESC)`,
  ]
}
