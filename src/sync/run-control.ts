import { requireSyncAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import { newId } from '../database/new-id.ts'
import type { Prisma, SyncRun, SyncSettings } from '../generated/prisma/client.ts'
import { NotConnectedError, NotFoundError, SyncStateError } from '../user-errors.ts'
import { announceRun } from './announce-run.ts'
import { hasEnded } from './progress.ts'
import { takeSnapshot } from './settings/snapshot.ts'
import type { SyncContext } from './sync-context.ts'

type Control = Pick<SyncContext, 'database' | 'announcements' | 'enqueueRun' | 'now' | 'log'>

/** Runs over everything; those over single records and previews go on beside them. */
const underWay = {
  scope: 'ALL',
  status: { in: ['QUEUED', 'RUNNING', 'PAUSED', 'THROTTLED'] },
} satisfies Prisma.SyncRunWhereInput

/** Automatic runs follow the last start at this distance (B9, B12). */
const scheduleIntervalMs = 24 * 60 * 60 * 1000

/**
 * Starts a run, or returns the one under way (B10, B11). Throws ForbiddenError, PlanRequiredError, NotConnectedError,
 * and SyncStateError while the sync is paused or not set up.
 */
export async function startSync(context: Control, viewer: Viewer): Promise<SyncRun> {
  requireSyncAdmin(viewer)
  const { prisma } = context.database
  const { workspaceId } = viewer
  const existing = await prisma.syncRun.findFirst({ where: { workspaceId, ...underWay } })
  if (existing !== null && existing.status !== 'PAUSED') return existing
  await requireConnection(context, workspaceId)
  await requireStartable(context, workspaceId)
  const run = await createRun(context, viewer)
  await enqueue(context, run)
  await announceRun(context, workspaceId, run.id)
  return run
}

/** Stops automatic runs, and the run under way at its next page; what it wrote stays (B38). Throws SyncStateError before the set-up. */
export async function pauseSync(context: Control, viewer: Viewer): Promise<SyncSettings> {
  requireSyncAdmin(viewer)
  const { workspaceId } = viewer
  await requireSettings(context, workspaceId)
  const [settings] = await context.database.prisma.$transaction([
    context.database.prisma.syncSettings.update({ where: { workspaceId }, data: { isPaused: true } }),
    context.database.prisma.syncRun.updateMany({
      where: { workspaceId, status: { in: ['QUEUED', 'RUNNING', 'THROTTLED'] } },
      data: { status: 'PAUSED' },
    }),
  ])
  await announceUnderWay(context, workspaceId)
  return settings
}

/**
 * Takes up a paused run where it stands, and automatic runs again (B38). `confirmDepartures`: as many records have left as
 * the run found, so that it may go on. Throws SyncStateError before the set-up, and where a run waits for that word.
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
  const settings = await prisma.syncSettings.update({ where: { workspaceId }, data: { isPaused: false } })
  const resumed = await prisma.syncRun.updateManyAndReturn({
    where: { workspaceId, status: 'PAUSED' },
    data: {
      status: 'QUEUED',
      chunk: { increment: 1 },
      heartbeatAt: context.now(),
      holdReason: null,
      ...(confirmDepartures && { departuresConfirmed: true }),
    },
  })
  for (const run of resumed) {
    await enqueue(context, run)
    await announceRun(context, workspaceId, run.id)
  }
  return settings
}

async function requireNothingToConfirm({ database }: Control, workspaceId: string): Promise<void> {
  const held = await database.prisma.syncRun.findFirst({
    where: { workspaceId, status: 'PAUSED', holdReason: { not: null } },
  })
  if (held !== null) throw new SyncStateError(`${held.holdReason} (resumeSync with confirmDepartures: true)`)
}

/** Ends a run at its next page; what it wrote stays. Throws NotFoundError, and SyncStateError once it has ended. */
export async function cancelSyncRun(context: Control, viewer: Viewer, runId: string): Promise<SyncRun> {
  requireSyncAdmin(viewer)
  const { workspaceId } = viewer
  const { prisma } = context.database
  const [cancelled] = await prisma.syncRun.updateManyAndReturn({
    where: { id: runId, workspaceId, ...underWay },
    data: { status: 'CANCELLED', phase: 'FINISHED', finishedAt: context.now() },
  })
  if (cancelled !== undefined) {
    await announceRun(context, workspaceId, runId)
    return cancelled
  }
  const run = await prisma.syncRun.findFirst({ where: { id: runId, workspaceId } })
  if (run === null) throw new NotFoundError('There is no such sync run.')
  throw new SyncStateError(`The run has already ended: ${run.status}.`)
}

async function createRun(context: Control, viewer: Viewer): Promise<SyncRun> {
  const { workspaceId, userId } = viewer
  const at = context.now()
  return context.database.prisma.$transaction(async (tx) => {
    // Two servers that start at once meet here; the second one finds the first one's run (B11).
    await tx.$executeRaw`SELECT FROM workspace WHERE id = ${workspaceId}::uuid FOR UPDATE`
    const existing = await tx.syncRun.findFirst({ where: { workspaceId, ...underWay } })
    if (existing !== null && !hasEnded(existing)) return existing
    const settings = await takeSnapshot(tx, workspaceId)
    await tx.syncSettings.update({
      where: { workspaceId },
      data: {
        activatedAt: at,
        nextRunAt: new Date(at.getTime() + scheduleIntervalMs),
        lastTouchedById: userId,
      },
    })
    return tx.syncRun.create({
      data: {
        id: newId(),
        workspaceId,
        objectType: settings.contactsEnabled ? 'CONTACT' : 'ACCOUNT',
        withAccounts: settings.accountsEnabled && settings.contactsEnabled,
        trigger: 'MANUAL',
        triggeredById: userId,
        settingsVersion: settings.version,
        settings: settings as unknown as Prisma.InputJsonObject,
        heartbeatAt: at,
        createdAt: at,
      },
    })
  })
}

/** There is nothing to pause before the first settings are saved. */
async function requireSettings(context: Control, workspaceId: string): Promise<void> {
  if ((await context.database.prisma.syncSettings.findUnique({ where: { workspaceId } })) !== null) return
  throw new SyncStateError('The sync is not set up yet. Set it up with updateSyncSettings.')
}

async function requireConnection(context: Control, workspaceId: string): Promise<void> {
  const connection = await context.database.prisma.hubSpotConnection.findUnique({ where: { workspaceId } })
  if (connection?.status === 'CONNECTED') return
  throw new NotConnectedError(
    connection?.status === 'NEEDS_RECONNECT'
      ? 'HubSpot refuses the stored log-in. Log in to HubSpot again with connectHubSpot.'
      : 'HubSpot is not connected. Log in to HubSpot with connectHubSpot.',
  )
}

async function requireStartable(context: Control, workspaceId: string): Promise<void> {
  const settings = await context.database.prisma.syncSettings.findUnique({
    where: { workspaceId },
    include: { mappings: true },
  })
  if (settings === null || !(settings.contactsEnabled || settings.accountsEnabled)) {
    throw new SyncStateError('Neither contacts nor accounts are switched on. Switch one on with updateSyncSettings.')
  }
  if (settings.isPaused) throw new SyncStateError('The sync is paused. Resume it with resumeSync.')
  if (settings.contactsEnabled && settings.contactSource === null) {
    throw new SyncStateError('No contact source is chosen. Choose one with updateSyncSettings.')
  }
  const unmapped = (['CONTACT', 'ACCOUNT'] as const).find(
    (objectType) =>
      (objectType === 'CONTACT' ? settings.contactsEnabled : settings.accountsEnabled) &&
      !settings.mappings.some((mapping) => mapping.objectType === objectType),
  )
  if (unmapped !== undefined) {
    throw new SyncStateError(
      `No HubSpot property is mapped to a field of an ${unmapped}. Map at least one with setFieldMappings.`,
    )
  }
}

/** The run exists whether or not the queue can be reached: `recoverRuns` enqueues it when the queue is back. */
async function enqueue(context: Control, run: SyncRun): Promise<void> {
  try {
    await context.enqueueRun({ workspaceId: run.workspaceId, runId: run.id, chunk: run.chunk })
  } catch (error) {
    context.log.warn({ err: error, runId: run.id }, 'the run could not be enqueued yet')
  }
}

async function announceUnderWay(context: Control, workspaceId: string): Promise<void> {
  const run = await context.database.prisma.syncRun.findFirst({ where: { workspaceId, ...underWay } })
  if (run !== null) await announceRun(context, workspaceId, run.id)
}
