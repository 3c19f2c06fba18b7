import type { Prisma } from '../../generated/prisma/client.ts'
import type { ObjectType, SyncErrorStatus, SyncErrorType } from '../../generated/prisma/enums.ts'

/** Selects errors of a workspace. Undefined fields select everything. */
export interface ErrorFilter {
  readonly type?: SyncErrorType | undefined
  readonly status?: SyncErrorStatus | undefined
  readonly objectType?: ObjectType | undefined
  readonly hubspotId?: bigint | undefined
  /** Internal name of the HubSpot property that causes the problem. */
  readonly property?: string | undefined
  /** Row id of the run that last found the error. */
  readonly lastRunId?: string | undefined
}

/** The filter for Prisma. */
export function errorsWhere(workspaceId: string, filter: ErrorFilter): Prisma.SyncErrorWhereInput {
  const { type, status, objectType, hubspotId, property, lastRunId } = filter
  return { workspaceId, type, status, objectType, hubspotId, property, lastRunId }
}

export interface SqlCondition {
  readonly sql: string
  /** Values of $1, $2, …; the first is the workspace's id. */
  readonly values: readonly unknown[]
}

/** The same filter as an SQL condition on `sync_error`. */
export function errorsSql(workspaceId: string, filter: ErrorFilter): SqlCondition {
  const wanted = [
    ['sync_error.type', 'sync_error_type', filter.type],
    ['sync_error.status', 'sync_error_status', filter.status],
    ['sync_error.object_type', 'object_type', filter.objectType],
    ['sync_error.hubspot_id', 'bigint', filter.hubspotId],
    ['sync_error.property', 'text', filter.property],
    ['sync_error.last_run_id', 'uuid', filter.lastRunId],
  ].filter(([, , value]) => value !== undefined)
  const conditions = wanted.map(([column, type], index) => `${column} = $${index + 2}::${type}`)
  return {
    sql: ['sync_error.workspace_id = $1::uuid', ...conditions].join(' AND '),
    values: [workspaceId, ...wanted.map(([, , value]) => value)],
  }
}
