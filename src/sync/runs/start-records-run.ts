import { plansWithSync } from '../../auth/permissions.ts'
import type { Prisma, SyncRun } from '../../generated/prisma/client.ts'
import type { ObjectType, RunTrigger } from '../../generated/prisma/enums.ts'
import { takeSnapshot } from '../settings/snapshot.ts'
import type { SyncContext } from '../sync-context.ts'
import { launchRun } from './create-run.ts'
import { insertRun, lockRuns } from './insert-run.ts'

export interface RecordsRun {
  readonly workspaceId: string
  readonly objectType: ObjectType
  readonly trigger: RunTrigger
  /** The person who asked for it, if any. */
  readonly triggeredById: string | null
}

export interface RecordsRequest extends RecordsRun {
  readonly hubspotIds: readonly bigint[]
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
  const { hubspotIds } = request
  if (hubspotIds.length === 0) return null
  return startSelectedRun(context, request, async (_tx, add) => {
    await add('SELECT unnest($1::bigint[])', [hubspotIds])
    return true
  })
}

/**
 * Finds the records of a run, and adds them with `add`, which takes an SQL query for HubSpot ids. Returns false if there
 * are none.
 */
export type SelectRecords = (
  tx: Prisma.TransactionClient,
  add: (ids: string, values: readonly unknown[]) => Promise<void>,
) => Promise<boolean>

/**
 * {@link startRecordsRun} for records that `select` finds in the transaction that creates the run, before a worker can
 * take the run up. If there are none, nothing is created or changed, and the result is null.
 */
export async function startSelectedRun(
  context: Starter,
  request: RecordsRun,
  select: SelectRecords,
): Promise<SyncRun | null> {
  if (!(await isGoingOn(context, request))) return null
  const run = await createOrJoin(context, request, select).catch(nothingSelected)
  if (run !== null) await launchRun(context, run)
  return run
}

/** Undoes the transaction. */
class NothingSelected extends Error {}

function nothingSelected(error: unknown): null {
  if (error instanceof NothingSelected) return null
  throw error
}

async function isGoingOn({ database }: Starter, { workspaceId, objectType }: RecordsRun): Promise<boolean> {
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

async function createOrJoin(context: Starter, request: RecordsRun, select: SelectRecords): Promise<SyncRun> {
  const { workspaceId, objectType, trigger, triggeredById } = request
  const at = context.now()
  return context.database.prisma.$transaction(async (tx) => {
    await lockRuns(tx, workspaceId)
    const settings = await takeSnapshot(tx, workspaceId)
    const waiting = await findWaiting(tx, request, settings.version)
    const asked = { workspaceId, kind: 'RECORDS', objectType, trigger, triggeredById, settings, at } as const
    const run = waiting ?? (await insertRun(tx, asked))
    const add = async (ids: string, values: readonly unknown[]) => {
      await tx.$executeRawUnsafe(
        `INSERT INTO sync_run_member (workspace_id, run_id, hubspot_id)
         SELECT DISTINCT $${values.length + 1}::uuid, $${values.length + 2}::uuid, asked.id FROM (${ids}) AS asked (id)
         ON CONFLICT DO NOTHING`,
        ...values,
        workspaceId,
        run.id,
      )
    }
    if (!(await select(tx, add))) throw new NothingSelected()
    return run
  })
}

/** Locked, so that no worker takes it up before the ids are stored. A run that has begun would not see them. */
async function findWaiting(
  tx: Prisma.TransactionClient,
  { workspaceId, objectType, trigger, triggeredById }: RecordsRun,
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
