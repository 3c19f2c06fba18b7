import { type Connection, findConnection } from '../../connection/find-connection.ts'
import type { ChangePosition } from '../../contacts/change-position.ts'
import { type ChangedContact, presentPosition, readChanges } from '../../contacts/read-changes.ts'
import type { Database } from '../../database/database.ts'
import type { CustomField, SyncRun } from '../../generated/prisma/client.ts'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import { type SyncedField, syncedFields } from '../../records/synced-fields.ts'
import { coveringRuns } from '../../sync/runs/last-synced-at.ts'
import { openStatuses } from '../../sync/runs/run-states.ts'
import { shareReads } from './share-reads.ts'

/** Reads that contacts, errors, and subscribers need again and again. Concurrent callers share one read. */
export interface SharedReads {
  run(workspaceId: string, runId: string): Promise<SyncRun | null>
  /** Runs that have not ended, oldest first. */
  openRuns(workspaceId: string): Promise<SyncRun[]>
  /** Fields of both object types, oldest first. */
  customFields(workspaceId: string): Promise<CustomField[]>
  connection(workspaceId: string): Promise<Connection | null>
  origin(workspaceId: string, objectType: ObjectType): Promise<Origin>
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
  const connection = (workspaceId: string) => findConnection({ database }, workspaceId)
  const origin = shareReads(async (workspaceId, type) => {
    const objectType = type as ObjectType
    const [connected, mappings, lastRun] = await Promise.all([
      connection(workspaceId),
      prisma.fieldMapping.findMany({
        where: { workspaceId, objectType },
        include: { customField: true },
        orderBy: { position: 'asc' },
      }),
      prisma.syncRun.findFirst({
        where: coveringRuns(workspaceId, objectType),
        orderBy: { createdAt: 'desc' },
        select: { finishedAt: true },
      }),
    ])
    const fields = syncedFields(
      mappings.map((mapping) => ({ ...mapping, customFieldKey: mapping.customField?.key ?? null })),
    )
    return { connection: connected, fields, lastRunFinishedAt: lastRun?.finishedAt ?? null }
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
    customFields: shareReads((workspaceId) =>
      prisma.customField.findMany({ where: { workspaceId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }),
    ),
    connection: shareReads(connection),
    origin: (workspaceId, objectType) => origin(workspaceId, objectType),
  }
}
