import { plansWithSync } from '../../auth/permissions.ts'
import type { Prisma, SyncRun } from '../../generated/prisma/client.ts'
import { dueAfter } from '../settings/next-run-at.ts'
import { startProblem } from '../settings/start-problem.ts'
import type { SyncContext } from '../sync-context.ts'
import { createRun, launchRun } from './create-run.ts'

export type ScheduleContext = Pick<SyncContext, 'database' | 'announcements' | 'enqueueRun' | 'now' | 'log'>

/**
 * Starts the automatic runs that are due (B9): one per workspace, however many processes call this at the same time and
 * however many due times were missed (B13). Paused (B38), downgraded (B22), and disconnected workspaces stay due; their
 * run starts when that changes. Returns the number of started runs.
 */
export async function startDueRuns(context: ScheduleContext): Promise<number> {
  if (!(await isAnyDue(context))) return 0
  const failed: string[] = []
  let started = 0
  for (;;) {
    const claim: Claim = { workspaceId: null }
    try {
      const run = await context.database.prisma.$transaction((tx) => startNext(context, tx, failed, claim))
      if (claim.workspaceId === null) return started
      if (run === null) continue
      started++
      await launchRun(context, run)
    } catch (error) {
      if (claim.workspaceId === null) throw error
      // A failure in one workspace must not affect others. The workspace stays due.
      failed.push(claim.workspaceId)
      context.log.error({ err: error, workspaceId: claim.workspaceId }, 'an automatic run could not be started')
    }
  }
}

interface Claim {
  workspaceId: string | null
}

/** Null if nothing is due (then nothing is claimed), or if the due workspace starts no run. */
async function startNext(
  { now, log }: ScheduleContext,
  tx: Prisma.TransactionClient,
  except: readonly string[],
  claim: Claim,
): Promise<SyncRun | null> {
  const at = now()
  const due = await claimDue(tx, at, except)
  if (due === null) return null
  const { workspaceId, nextRunAt } = due
  claim.workspaceId = workspaceId
  const settings = await tx.syncSettings.update({
    where: { workspaceId },
    data: { nextRunAt: dueAfter(nextRunAt, at) },
    include: { mappings: true },
  })
  const problem = startProblem(settings)
  if (problem !== null) {
    log.info({ workspaceId, problem }, 'an automatic run was skipped')
    return null
  }
  const { run, isNew } = await createRun(tx, { workspaceId, trigger: 'SCHEDULED', triggeredById: null, at })
  return isNew ? run : null
}

/** Claims a due workspace that nobody else is about to start. The transaction keeps others away. */
async function claimDue(
  tx: Prisma.TransactionClient,
  at: Date,
  except: readonly string[],
): Promise<{ workspaceId: string; nextRunAt: Date } | null> {
  const [due] = await tx.$queryRawUnsafe<{ workspaceId: string; nextRunAt: Date }[]>(
    `SELECT s.workspace_id AS "workspaceId", s.next_run_at AS "nextRunAt" ${dueWorkspaces}
     ORDER BY s.next_run_at LIMIT 1
     FOR UPDATE OF s, w SKIP LOCKED`,
    ...dueNow(at, except),
  )
  return due ?? null
}

const dueWorkspaces = `FROM sync_settings s
  JOIN workspace w ON w.id = s.workspace_id
  JOIN hubspot_connection c ON c.workspace_id = s.workspace_id
  WHERE s.next_run_at <= $1 AND s.activated_at IS NOT NULL AND NOT s.is_paused
    AND w.plan = ANY ($2::plan[]) AND c.status = 'CONNECTED'
    AND NOT (w.id = ANY ($3::uuid[]))`

function dueNow(at: Date, except: readonly string[]) {
  return [at, [...plansWithSync], [...except]]
}

/** Asked without Prisma, whose query compiler takes 20 MB that a worker without work does not need. */
async function isAnyDue({ database, now }: ScheduleContext): Promise<boolean> {
  const { rowCount } = await database.pool.query(`SELECT ${dueWorkspaces} LIMIT 1`, dueNow(now(), []))
  return rowCount !== 0
}
