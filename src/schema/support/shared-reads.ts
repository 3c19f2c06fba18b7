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

/** What contacts, errors and subscribers ask for over and over; those who ask at once share one read. */
export interface SharedReads {
  run(workspaceId: string, runId: string): Promise<SyncRun | null>
  /** Those under way, oldest first. */
  openRuns(workspaceId: string): Promise<SyncRun[]>
  /** Both object types, oldest first. */
  customFields(workspaceId: string): Promise<CustomField[]>
  connection(workspaceId: string): Promise<Connection | null>
  origin(workspaceId: string, objectType: ObjectType): Promise<Origin>
  /** Subscribers stand at the same position most of the time. */
  contactChanges(workspaceId: string, after: ChangePosition, limit: number): Promise<ChangedContact[]>
  /** Where the contacts' changes stand. */
  contactPosition(workspaceId: string): Promise<ChangePosition>
}

/** What of a synced record is the workspace's rather than its own. */
export interface Origin {
  readonly connection: Connection | null
  readonly fields: readonly SyncedField[]
  /** End of the last run over everything that was not cut short; unchanged records were confirmed by it (B40). */
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
