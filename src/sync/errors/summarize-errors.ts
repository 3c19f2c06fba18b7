import type { Queryable } from '../../database/database.ts'
import type { ObjectType, SyncErrorType } from '../../generated/prisma/enums.ts'
import { type ErrorFilter, errorsSql } from './error-filter.ts'

export interface ErrorCount {
  /** Number of errors. */
  readonly count: number
  /** Number of HubSpot records that they are about. */
  readonly records: number
}

/** The errors of one type, about one type of record. */
export interface ErrorSummary extends ErrorCount {
  readonly type: SyncErrorType
  readonly objectType: ObjectType
  /** Those among them that a HubSpot property causes, by property. Most frequent first. */
  readonly properties: readonly (ErrorCount & { readonly property: string })[]
}

/** Counts the matching errors by type and by type of record. Most frequent first. */
export async function summarizeErrors(
  queryable: Queryable,
  workspaceId: string,
  filter: ErrorFilter,
): Promise<ErrorSummary[]> {
  const { sql, values } = errorsSql(workspaceId, filter)
  const { rows } = await queryable.query<Omit<ErrorSummary, 'properties'> & { property: string; isOfType: boolean }>(
    `SELECT type, object_type AS "objectType", property, grouping(property) = 1 AS "isOfType",
       count(*)::integer AS count, (count(DISTINCT hubspot_id) FILTER (WHERE hubspot_id > 0))::integer AS records
     FROM sync_error WHERE ${sql}
     GROUP BY GROUPING SETS ((type, object_type), (type, object_type, property))
     ORDER BY count(*) DESC, type, object_type, property`,
    [...values],
  )
  return rows
    .filter(({ isOfType }) => isOfType)
    .map(({ type, objectType, count, records }) => ({
      type,
      objectType,
      count,
      records,
      properties: rows
        .filter((row) => !row.isOfType && row.property !== '' && row.type === type && row.objectType === objectType)
        .map(({ property, count, records }) => ({ property, count, records })),
    }))
}
