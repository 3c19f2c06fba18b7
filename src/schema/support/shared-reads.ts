import type { MaybePromise } from '@pothos/core'
import { type Connection, findConnection } from '../../connection/find-connection.ts'
import type { ChangePosition } from '../../contacts/change-position.ts'
import { type ChangedContact, presentPosition, readChanges } from '../../contacts/read-changes.ts'
import { type Database, prepared, type Queryable } from '../../database/database.ts'
import { shareReads } from '../../database/share-reads.ts'
import type { CustomField, SyncRun } from '../../generated/prisma/client.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import { type MappedProperty, type SyncedField, syncedFields } from '../../records/synced-fields.ts'
import { findLastRunEnd } from '../../sync/runs/last-synced-at.ts'
import { openStatuses } from '../../sync/runs/run-states.ts'

/** Reads that contacts, errors, and subscribers need again and again. Concurrent callers share one read. */
export interface SharedReads {
  run(workspaceId: string, runId: string): Promise<SyncRun | null>
  /** Runs that have not ended, oldest first. */
  openRuns(workspaceId: string): Promise<SyncRun[]>
  /** Fields of both object types, oldest first. */
  customFields(workspaceId: string): MaybePromise<CustomField[]>
  connection(workspaceId: string): MaybePromise<Connection | null>
  origin(workspaceId: string, objectType: ObjectType): MaybePromise<Origin>
  /** Shared because most subscribers are at the same position. */
  contactChanges(workspaceId: string, after: ChangePosition, limit: number): Promise<ChangedContact[]>
  /** The current position in the changes to contacts. */
  contactPosition(workspaceId: string): Promise<ChangePosition>
}

/** The properties of a synced record that are the same for the whole workspace. */
export interface Origin {
  readonly connection: Connection | null
  readonly fields: readonly SyncedField[]
  /** End of the last full run that was not cut short. That run confirmed unchanged records (B40). */
  readonly lastRunFinishedAt: Date | null
}

export function openSharedReads(database: Database): SharedReads {
  const { prisma } = database
  const connection = shareReads((workspaceId) => findConnection({ database }, workspaceId))
  const origin = shareReads(async (workspaceId, type) => {
    const objectType = type as ObjectType
    const [connected, mappings, lastRunFinishedAt] = await Promise.all([
      connection(workspaceId),
      findMappings(database.pool, workspaceId, objectType),
      findLastRunEnd(database.pool, workspaceId, objectType),
    ])
    return { connection: connected, fields: syncedFields(mappings), lastRunFinishedAt }
  })
  const changes = shareReads((workspaceId, at, id, limit) =>
    readChanges(database.pool, workspaceId, { at: BigInt(at), id }, { limit: Number(limit) }),
  )
  return {
    contactChanges: (workspaceId, { at, id }, limit) => changes(workspaceId, String(at), id, String(limit)),
    contactPosition: shareReads((workspaceId) => presentPosition(database.pool, workspaceId)),
    openRuns: shareReads((workspaceId) =>
      prisma.syncRun.findMany({
        where: { workspaceId, status: { in: [...openStatuses] } },
        orderBy: { createdAt: 'asc' },
      }),
    ),
    run: shareReads((workspaceId, id) => prisma.syncRun.findFirst({ where: { id, workspaceId } })),
    customFields: shareReads((workspaceId) => findCustomFields(database.pool, workspaceId)),
    connection,
    origin: (workspaceId, objectType) => origin(workspaceId, objectType),
  }
}

async function findCustomFields(queryable: Queryable, workspaceId: string): Promise<CustomField[]> {
  const { rows } = await queryable.query<CustomField>(
    prepared(
      `SELECT id, workspace_id AS "workspaceId", object_type AS "objectType", key, name, type, options,
         created_at AS "createdAt"
       FROM custom_field WHERE workspace_id = $1 ORDER BY created_at, id`,
      [workspaceId],
    ),
  )
  return rows
}

async function findMappings(
  queryable: Queryable,
  workspaceId: string,
  objectType: ObjectType,
): Promise<MappedProperty[]> {
  const { rows } = await queryable.query<MappedProperty>(
    prepared(
      `SELECT target, hubspot_property AS "hubspotProperty",
         (SELECT key FROM custom_field
          WHERE custom_field.id = custom_field_id AND custom_field.workspace_id = $1) AS "customFieldKey"
       FROM field_mapping WHERE workspace_id = $1 AND object_type = $2::object_type ORDER BY position`,
      [workspaceId, objectType],
    ),
  )
  return rows
}
