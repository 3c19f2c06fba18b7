import type { Database } from '../database/database.ts'
import { findFreshness } from '../sync/live/freshness.ts'
import { countRunsUnderWay } from '../sync/runs/count-runs.ts'
import { completedStatuses, openStatuses } from '../sync/runs/run-states.ts'
import { waitingFor } from '../sync/runs/waiting-for.ts'
import { NotFoundError } from '../user-errors.ts'

const runsShown = 5

/** What is going on in all workspaces together, for the operator. Contains no personal data. */
export async function showStatus(database: Database): Promise<object> {
  const { rows } = await database.pool.query(
    `SELECT (SELECT count(*)::integer FROM workspace) AS workspaces,
       (SELECT count(*)::integer FROM workspace WHERE deletion_started_at IS NOT NULL) AS "workspacesBeingDeleted",
       (SELECT count(*)::integer FROM hubspot_connection WHERE status = 'NEEDS_RECONNECT') AS "connectionsRefused",
       (SELECT count(*)::integer FROM sync_settings WHERE is_paused) AS "pausedSyncs",
       (SELECT min(created_at) FROM sync_run WHERE status = ANY ($1::run_status[])) AS "oldestOpenRunSince",
       (SELECT count(*)::integer FROM hubspot_change WHERE kind = 'CHANGED') AS "changesWaiting",
       (SELECT min(first_seen_at) FROM hubspot_change WHERE kind = 'CHANGED') AS "oldestChangeSince",
       (SELECT count(*)::integer FROM run_mail WHERE status = 'PENDING') AS "mailsWaiting"`,
    [openStatuses],
  )
  return { ...rows[0], openRuns: await countRunsUnderWay(database) }
}

/**
 * What is going on in a workspace, for the operator: connection, settings, runs with what they wait for, errors, and how far it
 * is behind HubSpot. Contains no personal data. Throws NotFoundError.
 */
export async function showWorkspaceStatus(database: Database, workspaceId: string): Promise<object> {
  const { prisma, pool } = database
  const workspace = await prisma.workspace.findUnique({
    where: { id: workspaceId },
    include: { connection: true, settings: true },
  })
  if (workspace === null) throw new NotFoundError(`There is no workspace ${workspaceId}.`)
  const { name, plan, contactLimit, deletionStartedAt, connection, settings } = workspace
  const [runs, lastGood, errors, freshness, linkedContacts, mailsWaiting] = await Promise.all([
    pool.query<StatusRun>(recentRuns, [workspaceId, openStatuses, runsShown]),
    prisma.syncRun.findFirst({
      where: { workspaceId, scope: 'ALL', status: { in: [...completedStatuses] } },
      orderBy: { createdAt: 'desc' },
      select: { finishedAt: true },
    }),
    prisma.syncError.groupBy({ by: ['type'], where: { workspaceId, status: 'OPEN' }, _count: true }),
    findFreshness(database, workspaceId),
    prisma.contactLink.count({ where: { workspaceId, state: 'ACTIVE' } }),
    prisma.runMail.count({ where: { workspaceId, status: 'PENDING' } }),
  ])
  return {
    workspaceId,
    name,
    plan,
    deletionStartedAt,
    connection: connection && {
      status: connection.status,
      portalId: String(connection.portalId),
      hubDomain: connection.hubDomain,
      connectedAt: connection.connectedAt,
      accessTokenExpiresAt: connection.accessTokenExpiresAt,
    },
    settings: settings && {
      contactsEnabled: settings.contactsEnabled,
      accountsEnabled: settings.accountsEnabled,
      contactSource: settings.contactSource,
      listId: settings.listId,
      liveUpdates: settings.liveUpdates,
      isPaused: settings.isPaused,
      activatedAt: settings.activatedAt,
      nextRunAt: settings.nextRunAt,
    },
    lastGoodRunAt: lastGood?.finishedAt ?? null,
    linkedContacts,
    contactLimit,
    openErrors: Object.fromEntries(errors.map(({ type, _count }) => [type, _count])),
    live: freshness,
    mailsWaiting,
    runs: runs.rows.map(({ holdReason, waitReason, ...run }) => ({
      ...run,
      waitingFor: waitingFor({ status: run.status, scope: run.scope, holdReason, waitReason }),
    })),
  }
}

type StatusRun = Parameters<typeof waitingFor>[0] & { readonly id: string }

/** Open runs first, however old, then the latest. */
const recentRuns = `
  SELECT id, scope::text, trigger::text, status::text, phase::text, total, created, updated, unchanged, linked, skipped,
    failed, created_at AS "createdAt", heartbeat_at AS "heartbeatAt", resume_at AS "resumeAt", finished_at AS "finishedAt",
    attempts, failure_type::text AS "failureType", failure_message AS "failureMessage",
    hold_reason AS "holdReason", wait_reason AS "waitReason"
  FROM sync_run WHERE workspace_id = $1
  ORDER BY (status = ANY ($2::run_status[])) DESC, created_at DESC LIMIT $3`
