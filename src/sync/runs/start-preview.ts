import { requireSyncAdmin } from '../../auth/permissions.ts'
import type { Viewer } from '../../auth/viewer.ts'
import type { Prisma, SyncRun } from '../../generated/prisma/client.ts'
import { SyncStateError } from '../../user-errors.ts'
import { takeSnapshot } from '../settings/snapshot.ts'
import { startProblem } from '../settings/start-problem.ts'
import type { SyncContext } from '../sync-context.ts'
import { requireConnection } from './control-run.ts'
import { launchRun } from './create-run.ts'
import { insertRun, lockRuns } from './insert-run.ts'

type Previewer = Pick<SyncContext, 'database' | 'announcements' | 'enqueueRun' | 'now' | 'log'>

/**
 * Starts a preview of a run with the current settings, which writes nothing to the store, or returns the preview in
 * progress if it has the same settings. Also works while the sync is paused or was never started. Throws
 * ForbiddenError, PlanRequiredError, NotConnectedError, and SyncStateError if the sync is not set up.
 */
export async function previewSync(context: Previewer, viewer: Viewer): Promise<SyncRun> {
  requireSyncAdmin(viewer)
  const { workspaceId, userId } = viewer
  const { prisma } = context.database
  await requireConnection(context, workspaceId)
  const settings = await prisma.syncSettings.findUnique({ where: { workspaceId }, include: { mappings: true } })
  const problem = startProblem(settings && { ...settings, isPaused: false })
  if (problem !== null) throw new SyncStateError(problem)
  const run = await prisma.$transaction((tx) => createOrFind(tx, workspaceId, userId, context.now()))
  await launchRun(context, run)
  return run
}

async function createOrFind(tx: Prisma.TransactionClient, workspaceId: string, userId: string, at: Date) {
  await lockRuns(tx, workspaceId)
  const settings = await takeSnapshot(tx, workspaceId)
  const existing = await tx.syncRun.findFirst({
    where: {
      workspaceId,
      scope: 'PREVIEW',
      status: { in: ['QUEUED', 'RUNNING', 'THROTTLED'] },
      settingsVersion: settings.version,
    },
  })
  if (existing !== null) return existing
  return insertRun(tx, { workspaceId, kind: 'PREVIEW', trigger: 'MANUAL', triggeredById: userId, settings, at })
}
