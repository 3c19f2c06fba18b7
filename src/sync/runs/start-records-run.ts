import { plansWithSync } from '../../auth/permissions.ts'
import type { Prisma, SyncRun } from '../../generated/prisma/client.ts'
import type { ObjectType, RunTrigger } from '../../generated/prisma/enums.ts'
import { takeSnapshot } from '../settings/snapshot.ts'
import type { SyncContext } from '../sync-context.ts'
import { launchRun } from './create-run.ts'
import { insertRun, lockRuns } from './insert-run.ts'

export interface RecordsRequest {
  readonly workspaceId: string
  readonly objectType: ObjectType
  readonly hubspotIds: readonly bigint[]
  readonly trigger: RunTrigger
  /** The person who asked for it, if any. */
  readonly triggeredById: string | null
}

type Starter = Pick<SyncContext, 'database' | 'announcements' | 'enqueueRun' | 'now' | 'log'>

/**
 * Syncs single HubSpot records by themselves, within seconds, by the same rules as a full run, with which it takes
 * turns. Records that are gone become SOURCE_DELETED (B57), records out of scope become OUT_OF_SCOPE or are not created
 * (B58), and merged records are followed (B59). Requests that arrive while such a run is waiting join it. It does not
 * affect the schedule (B12) or emails (B55).
 *
 * Returns null if there is nothing to do: there are no ids, or records of this type are not synced at the moment (never
 * started, paused, turned off, not in the plan, or not connected). The next full run then picks them up.
 */
export async function startRecordsRun(context: Starter, request: RecordsRequest): Promise<SyncRun | null> {
  if (request.hubspotIds.length === 0 || !(await isGoingOn(context, request))) return null
  const run = await createOrJoin(context, request)
  await launchRun(context, run)
  return run
}

async function isGoingOn({ database }: Starter, { workspaceId, objectType }: RecordsRequest): Promise<boolean> {
  const workspace = await database.prisma.workspace.findUnique({
    where: { id: workspaceId },
    select: { plan: true, settings: true, connection: { select: { status: true } } },
  })
  const settings = workspace?.settings
  if (settings == null || settings.activatedAt === null || settings.isPaused) return false
  if (workspace?.connection?.status !== 'CONNECTED' || !plansWithSync.includes(workspace.plan)) return false
  return objectType === 'ACCOUNT'
    ? settings.accountsEnabled
    : settings.contactsEnabled && settings.contactSource !== null
}

async function createOrJoin(context: Starter, request: RecordsRequest): Promise<SyncRun> {
  const { workspaceId, objectType, trigger, triggeredById } = request
  const at = context.now()
  return context.database.prisma.$transaction(async (tx) => {
    await lockRuns(tx, workspaceId)
    const settings = await takeSnapshot(tx, workspaceId)
    const waiting = await findWaiting(tx, request, settings.version)
    const asked = { workspaceId, kind: 'RECORDS', objectType, trigger, triggeredById, settings, at } as const
    const run = waiting ?? (await insertRun(tx, asked))
    await tx.syncRunMember.createMany({
      data: [...new Set(request.hubspotIds)].map((hubspotId) => ({ workspaceId, runId: run.id, hubspotId })),
      skipDuplicates: true,
    })
    return run
  })
}

/** Locked, so that no worker takes it up before the ids are stored. A run that has begun would not see them. */
async function findWaiting(
  tx: Prisma.TransactionClient,
  { workspaceId, objectType, trigger, triggeredById }: RecordsRequest,
  settingsVersion: number,
): Promise<SyncRun | null> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM sync_run
    WHERE workspace_id = ${workspaceId}::uuid AND scope = 'RECORDS' AND status = 'QUEUED' AND phase = 'PREPARING'
      AND object_type = ${objectType}::object_type AND trigger = ${trigger}::run_trigger
      AND triggered_by_id IS NOT DISTINCT FROM ${triggeredById}::uuid AND settings_version = ${settingsVersion}
    LIMIT 1 FOR UPDATE`
  return row === undefined ? null : tx.syncRun.findUnique({ where: { id: row.id } })
}
