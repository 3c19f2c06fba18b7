import { requireSyncAdmin } from '../../auth/permissions.ts'
import type { Viewer } from '../../auth/viewer.ts'
import { inTransaction, type Queryable } from '../../database/database.ts'
import type { Prisma, SyncRun, SyncSettings } from '../../generated/prisma/client.ts'
import { NotConnectedError, NotFoundError, SyncStateError } from '../../user-errors.ts'
import { scheduleIntervalMs } from '../settings/next-run-at.ts'
import { startProblem } from '../settings/start-problem.ts'
import type { SyncContext } from '../sync-context.ts'
import { announceRun } from './announce-run.ts'
import { createRun, launchRun, underWay } from './create-run.ts'
import { nextChunk, openStatuses, type RunColumns, statusesBefore, transitionAll } from './run-states.ts'

type Control = Pick<SyncContext, 'database' | 'announcements' | 'enqueueRun' | 'now' | 'log'>

/**
 * Starts a run, or returns the run in progress (B10, B11). Throws ForbiddenError, PlanRequiredError, NotConnectedError,
 * and SyncStateError if the sync is paused or not set up.
 */
export async function startSync(context: Control, viewer: Viewer): Promise<SyncRun> {
  requireSyncAdmin(viewer)
  const { prisma } = context.database
  const { workspaceId } = viewer
  const existing = await prisma.syncRun.findFirst({ where: { workspaceId, ...underWay } })
  if (existing !== null && existing.status !== 'PAUSED') return existing
  await requireConnection(context, workspaceId)
  await requireStartable(context, workspaceId)
  const run = await context.database.prisma.$transaction((tx) => createManualRun(tx, viewer, context.now()))
  await launchRun(context, run)
  return run
}

/**
 * A manual start postpones the next automatic run (B12), and whoever starts it receives the emails about automatic runs
 * (B55).
 */
async function createManualRun(tx: Prisma.TransactionClient, viewer: Viewer, at: Date): Promise<SyncRun> {
  const { workspaceId, userId } = viewer
  const { run, isNew } = await createRun(tx, { workspaceId, trigger: 'MANUAL', triggeredById: userId, at })
  if (!isNew) return run
  await tx.syncSettings.update({
    where: { workspaceId },
    data: { activatedAt: at, nextRunAt: new Date(at.getTime() + scheduleIntervalMs), lastTouchedById: userId },
  })
  return run
}

/**
 * Stops automatic runs, and the run in progress at its next page. What it wrote stays (B38). Throws SyncStateError
 * before the sync is set up.
 */
export async function pauseSync(context: Control, viewer: Viewer): Promise<SyncSettings> {
  requireSyncAdmin(viewer)
  const { workspaceId } = viewer
  await requireSettings(context, workspaceId)
  const paused = await inTransaction(context.database.pool, async (client) => {
    await client.query('UPDATE sync_settings SET is_paused = true WHERE workspace_id = $1', [workspaceId])
    return transitionAll(client, ofWorkspace(workspaceId), statusesBefore('PAUSED'), 'PAUSED', {
      resume_at: null,
      wait_reason: null,
    })
  })
  for (const run of paused) await announceRun(context, workspaceId, run.id)
  return context.database.prisma.syncSettings.findUniqueOrThrow({ where: { workspaceId } })
}

/**
 * Continues a paused run where it stopped, and resumes automatic runs (B38). `confirmDepartures` confirms that as many
 * records have left as the run found, so that it may continue. Throws SyncStateError before the sync is set up, and if
 * a run waits for that confirmation.
 */
export async function resumeSync(
  context: Control,
  viewer: Viewer,
  { confirmDepartures = false }: { readonly confirmDepartures?: boolean } = {},
): Promise<SyncSettings> {
  requireSyncAdmin(viewer)
  const { workspaceId } = viewer
  const { prisma } = context.database
  await requireSettings(context, workspaceId)
  if (!confirmDepartures) await requireNothingToConfirm(context, workspaceId)
  const resumed = await inTransaction(context.database.pool, async (client) => {
    await client.query('UPDATE sync_settings SET is_paused = false WHERE workspace_id = $1', [workspaceId])
    return transitionAll(client, ofWorkspace(workspaceId), ['PAUSED'], 'QUEUED', {
      chunk: nextChunk,
      heartbeat_at: context.now(),
      hold_reason: null,
      ...(confirmDepartures && { departures_confirmed: true }),
    })
  })
  for (const run of resumed) await launchRun(context, run)
  return prisma.syncSettings.findUniqueOrThrow({ where: { workspaceId } })
}

async function requireNothingToConfirm({ database }: Control, workspaceId: string): Promise<void> {
  const held = await database.prisma.syncRun.findFirst({
    where: { workspaceId, status: 'PAUSED', holdReason: { not: null } },
  })
  if (held !== null) throw new SyncStateError(`${held.holdReason} Use resumeSync with confirmDepartures: true.`)
}

/**
 * Ends a run at its next page. What it wrote stays. Throws NotFoundError, and SyncStateError if it has already ended.
 */
export async function cancelSyncRun(context: Control, viewer: Viewer, runId: string): Promise<SyncRun> {
  requireSyncAdmin(viewer)
  const { workspaceId } = viewer
  const where = { sql: 'id = $1 AND workspace_id = $2', values: [runId, workspaceId] }
  const cancelled = await transitionAll(context.database.pool, where, openStatuses, 'CANCELLED', ended(context.now()))
  const run = await context.database.prisma.syncRun.findFirst({ where: { id: runId, workspaceId } })
  if (run === null) throw new NotFoundError('The sync run does not exist.')
  if (cancelled.length === 0) throw new SyncStateError(`The run has already ended: ${run.status}.`)
  await announceRun(context, workspaceId, runId)
  return run
}

/** Cancels every run of the workspace that has not ended, within the caller's transaction. */
export async function cancelRuns(client: Queryable, workspaceId: string, at: Date): Promise<void> {
  await transitionAll(client, ofWorkspace(workspaceId), openStatuses, 'CANCELLED', ended(at))
}

const ended = (at: Date): RunColumns => ({
  phase: 'FINISHED',
  finished_at: at,
  hold_reason: null,
  resume_at: null,
  wait_reason: null,
})

const ofWorkspace = (workspaceId: string) => ({ sql: 'workspace_id = $1', values: [workspaceId] })

/** There is nothing to pause before the first settings are saved. */
async function requireSettings(context: Control, workspaceId: string): Promise<void> {
  if ((await context.database.prisma.syncSettings.findUnique({ where: { workspaceId } })) !== null) return
  throw new SyncStateError('The sync is not set up yet. Set it up with updateSyncSettings.')
}

export async function requireConnection(context: Control, workspaceId: string): Promise<void> {
  const connection = await context.database.prisma.hubSpotConnection.findUnique({ where: { workspaceId } })
  if (connection?.status === 'CONNECTED') return
  throw new NotConnectedError(
    connection?.status === 'NEEDS_RECONNECT'
      ? 'HubSpot rejects the stored log-in. Log in to HubSpot again with connectHubSpot.'
      : 'HubSpot is not connected. Log in to HubSpot with connectHubSpot.',
  )
}

export async function requireStartable(context: Control, workspaceId: string): Promise<void> {
  const settings = await context.database.prisma.syncSettings.findUnique({
    where: { workspaceId },
    include: { mappings: true },
  })
  const problem = startProblem(settings)
  if (problem !== null) throw new SyncStateError(problem)
}
