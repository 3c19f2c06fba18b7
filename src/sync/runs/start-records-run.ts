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
  /** Who asked for it, if a person did. */
  readonly triggeredById: string | null
}

type Starter = Pick<SyncContext, 'database' | 'announcements' | 'enqueueRun' | 'now' | 'log'>

/**
 * Has single HubSpot records synced by themselves, within seconds: by the same rules as in a run over everything, which it
 * takes turns with. Records that are gone become SOURCE_DELETED (B57), those out of scope OUT_OF_SCOPE or are not created
 * (B58), and those merged away are followed (B59). Requests that come while one waits join it. Neither the schedule (B12)
 * nor anybody's mail (B55) is touched.
 *
 * Null where nothing is to be done: no ids, or the records' sync is not going on: never started, paused, switched off, not
 * in the plan, or without a connection. The next run over everything then sees to it.
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

/** Locked, so that no worker takes it up before the ids are there: once it has begun, it would not see them. */
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
