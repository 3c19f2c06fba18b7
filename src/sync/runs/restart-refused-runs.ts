import { plansWithSync } from '../../auth/permissions.ts'
import type { SyncRun } from '../../generated/prisma/client.ts'
import { scheduleIntervalMs } from '../settings/next-run-at.ts'
import { startProblem } from '../settings/start-problem.ts'
import { createRun, launchRun } from './create-run.ts'
import { lockRuns } from './insert-run.ts'
import type { ScheduleContext } from './start-due-runs.ts'

/** For this long after the log-in, a run is owed. After that, the schedule has started one. */
const owedForMs = 24 * 60 * 60_000

/**
 * Starts a run for each workspace, or for one, whose last run ended because HubSpot rejected the log-in and that has
 * logged in again since (B17). The new run belongs to whoever the ended run belonged to, and has the trigger
 * RECONNECTED (B14). Paused and downgraded workspaces have to wait. Returns the number of started runs. Safe to repeat.
 */
export async function restartRefusedRuns(context: ScheduleContext, workspaceId: string | null = null): Promise<number> {
  let started = 0
  for (const id of await findOwed(context, workspaceId)) {
    try {
      const run = await restart(context, id)
      if (run === null) continue
      started++
      await launchRun(context, run)
    } catch (error) {
      context.log.error({ err: error, workspaceId: id }, 'a run could not be restarted after the log-in')
    }
  }
  return started
}

/** Like `restartRefusedRuns`, for one workspace, but never throws: the next tick repeats what went wrong. */
export async function restartAfterLogin(context: ScheduleContext, workspaceId: string): Promise<void> {
  await restartRefusedRuns(context, workspaceId).catch((error: unknown) => {
    context.log.error({ err: error, workspaceId }, 'looking for runs to restart after the log-in failed')
  })
}

async function findOwed({ database, now }: ScheduleContext, workspaceId: string | null): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `SELECT c.workspace_id AS id FROM hubspot_connection c
     CROSS JOIN LATERAL (
       SELECT status, failure_type, finished_at FROM sync_run
       WHERE workspace_id = c.workspace_id AND scope = 'ALL' ORDER BY created_at DESC LIMIT 1
     ) AS last
     WHERE c.status = 'CONNECTED' AND c.connected_at > $1 AND ($2::uuid IS NULL OR c.workspace_id = $2)
       AND last.status = 'FAILED' AND last.failure_type = 'AUTHORIZATION' AND last.finished_at <= c.connected_at`,
    [new Date(now().getTime() - owedForMs), workspaceId],
  )
  return rows.map((row) => row.id)
}

/** Null if no run is owed after all: somebody else was faster, or the sync is paused. */
async function restart({ database, now }: ScheduleContext, workspaceId: string): Promise<SyncRun | null> {
  const at = now()
  return database.prisma.$transaction(async (tx) => {
    await lockRuns(tx, workspaceId)
    const last = await tx.syncRun.findFirst({ where: { workspaceId, scope: 'ALL' }, orderBy: { createdAt: 'desc' } })
    const workspace = await tx.workspace.findUniqueOrThrow({
      where: { id: workspaceId },
      include: { settings: { include: { mappings: true } } },
    })
    if (last?.failureType !== 'AUTHORIZATION' || !plansWithSync.includes(workspace.plan)) return null
    if (workspace.settings?.activatedAt == null || startProblem(workspace.settings) !== null) return null
    const { triggeredById } = last
    const { run, isNew } = await createRun(tx, { workspaceId, trigger: 'RECONNECTED', triggeredById, at })
    if (!isNew) return null
    await tx.syncSettings.update({
      where: { workspaceId },
      data: { nextRunAt: new Date(at.getTime() + scheduleIntervalMs) },
    })
    return run
  })
}
