import { requireSyncAdmin } from '../../auth/permissions.ts'
import type { Viewer } from '../../auth/viewer.ts'
import { inTransaction } from '../../database/database.ts'
import type { SyncError, SyncRun } from '../../generated/prisma/client.ts'
import { wordsFor } from '../../records/record-words.ts'
import { NotFoundError, SyncStateError } from '../../user-errors.ts'
import { noRecord } from '../matching/problem.ts'
import { startRecordsRun } from '../runs/start-records-run.ts'
import type { SyncContext } from '../sync-context.ts'
import { stopIgnoring } from './ignored-records.ts'
import { requireActive } from './require-active.ts'

export type Fixer = Pick<SyncContext, 'database' | 'announcements' | 'enqueueRun' | 'now' | 'log'>

/**
 * Syncs the record of an error again by itself, within seconds (B56). An ignored record is no longer ignored. Throws
 * ForbiddenError, PlanRequiredError, NotFoundError, and NotConnectedError, and SyncStateError if the error is not about
 * a single record or the sync is not active.
 */
export async function retrySyncError(context: Fixer, viewer: Viewer, errorId: string): Promise<SyncRun> {
  requireSyncAdmin(viewer)
  const error = await findRecordError(context, viewer, errorId)
  const { workspaceId, objectType, hubspotId } = error
  await requireGoingOn(context, error)
  await inTransaction(context.database.pool, (client) => stopIgnoring(client, workspaceId, objectType, [hubspotId]))
  return tryAgain(context, viewer, error, [error.hubspotId])
}

/**
 * Excludes the record of an error from the sync, and closes all of its open errors as IGNORED (B56). Values that were
 * synced before stay as they are. Throws ForbiddenError, PlanRequiredError, NotFoundError, and SyncStateError if the
 * error is not about a single record.
 */
export async function ignoreSyncError(context: Fixer, viewer: Viewer, errorId: string): Promise<SyncError> {
  requireSyncAdmin(viewer)
  const { workspaceId, objectType, hubspotId } = await findRecordError(context, viewer, errorId)
  const { prisma } = context.database
  const at = context.now()
  await prisma.$transaction([
    prisma.hubSpotExclusion.createMany({
      data: { workspaceId, objectType, hubspotId, createdAt: at },
      skipDuplicates: true,
    }),
    prisma.syncError.updateMany({
      where: { workspaceId, OR: [{ objectType, hubspotId, status: 'OPEN' }, { id: errorId }] },
      data: { status: 'IGNORED', resolvedAt: at },
    }),
  ])
  return prisma.syncError.findUniqueOrThrow({ where: { id: errorId, workspaceId } })
}

/** Returns the error if it is about a single record. Throws NotFoundError and SyncStateError. */
export async function findRecordError({ database }: Fixer, { workspaceId }: Viewer, id: string): Promise<SyncError> {
  const error = await database.prisma.syncError.findUnique({ where: { id, workspaceId } })
  if (error === null) throw new NotFoundError('The sync error does not exist.')
  if (error.hubspotId !== noRecord) return error
  throw new SyncStateError(
    'The error is not about a single record. Follow its resolution, then start the sync with startSync.',
  )
}

/** Throws NotConnectedError, and SyncStateError if records of this type are not being synced. */
export async function requireGoingOn(context: Fixer, { workspaceId, objectType }: SyncError): Promise<void> {
  if ((await requireActive(context, workspaceId))[objectType]) return
  throw new SyncStateError(
    `The sync of ${wordsFor[objectType].many} is turned off. Turn it on with updateSyncSettings.`,
  )
}

/** Syncs these records by themselves, on behalf of the viewer. */
export async function tryAgain(
  context: Fixer,
  { workspaceId, userId }: Viewer,
  { objectType }: Pick<SyncError, 'objectType'>,
  hubspotIds: readonly bigint[],
): Promise<SyncRun> {
  const run = await startRecordsRun(context, {
    workspaceId,
    objectType,
    hubspotIds,
    trigger: 'MANUAL',
    triggeredById: userId,
  })
  if (run === null) throw new SyncStateError('The sync has not been started yet. Start it with startSync.')
  return run
}
