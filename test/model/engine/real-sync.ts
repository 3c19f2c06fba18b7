import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import type { Database } from '../../../src/database/database.ts'
import type { ObjectType, RunScope } from '../../../src/generated/prisma/enums.ts'
import type { HubSpotPortal } from '../../../src/hubspot/portal.ts'
import { type PreviewReport, previewSchema } from '../../../src/sync/preview/preview-report.ts'
import type { SettingsSnapshot } from '../../../src/sync/settings/snapshot.ts'
import type { SyncContext } from '../../../src/sync/sync-context.ts'
import { workOnRun } from '../../../src/sync/work-on-run.ts'
import {
  type Mapping,
  type Outcome,
  outcomes,
  refusedEmail,
  type Settings,
  type SyncResult,
} from '../reference/world.ts'
import { possibleTeammates } from '../worlds/arbitrary-worlds.ts'
import type { Pace } from '../worlds/stories.ts'
import { RealStore } from './real-store.ts'
import { listId } from './world-portal.ts'

/** A workspace in the shared database that the real engine syncs. */
export interface RealWorkspace {
  readonly store: RealStore
  /** Runs the sync once, from queued to ended. */
  sync(settings: Settings, pace: Pace, portal: HubSpotPortal): Promise<SyncResult>
  /** Runs the sync once over these records only, from queued to ended. */
  syncRecords(
    settings: Settings,
    pace: Pace,
    portal: HubSpotPortal,
    records: { readonly objectType: ObjectType; readonly ids: readonly bigint[] },
  ): Promise<SyncResult>
  /** Runs a preview once, from queued to ended, and deletes the run. */
  preview(settings: Settings, pace: Pace, portal: HubSpotPortal): Promise<Preview>
}

export interface Preview extends Pick<SyncResult, 'counts' | 'status'> {
  readonly report: PreviewReport
}

/** Thrown by a portal where a story makes the work crash. The run continues from its checkpoint. */
export class StoryCrash extends Error {
  override name = 'StoryCrash'
}

/** Creates an organization for all workspaces, in a database that refuses {@link refusedEmail} from then on. */
export async function createOrganization(database: Database): Promise<string> {
  await database.pool.query(`ALTER TABLE contact_handle ADD CHECK (value <> '${refusedEmail}')`)
  const id = randomUUID()
  const users = possibleTeammates.map((email) => ({ id: randomUUID(), email }))
  await database.prisma.organization.create({ data: { id, name: 'Many small worlds', users: { create: users } } })
  return id
}

export async function createRealWorkspace(database: Database, organizationId: string): Promise<RealWorkspace> {
  const workspaceId = randomUUID()
  await database.prisma.workspace.create({ data: { id: workspaceId, organizationId, name: 'small', plan: 'GROWTH' } })
  const store = new RealStore(database, workspaceId)
  // Far apart, so that a time identifies its run.
  let clock = Date.parse('2026-06-01T00:00:00Z')

  return {
    store,
    async sync(settings, pace, portal) {
      clock += 60_000
      const runId = await queueRun(database, workspaceId, settings, new Date(clock))
      store.addRun(runId)
      const { status, ...counts } = await workToEnd(
        contextOf(database, portal, pace, () => new Date(clock++)),
        workspaceId,
        runId,
      )
      return { store: await store.read(), counts, status }
    },
    async syncRecords(settings, pace, portal, { objectType, ids }) {
      clock += 60_000
      const runId = await queueRun(database, workspaceId, settings, new Date(clock), 'RECORDS')
      await database.prisma.syncRun.update({ where: { id: runId }, data: { objectType, withAccounts: false } })
      await database.prisma.syncRunMember.createMany({
        data: ids.map((hubspotId) => ({ workspaceId, runId, hubspotId })),
      })
      store.addRun(runId)
      const context = contextOf(database, portal, pace, () => new Date(clock++))
      const { status, ...counts } = await workToEnd(context, workspaceId, runId)
      return { store: await store.read(), counts, status }
    },
    async preview(settings, pace, portal) {
      clock += 60_000
      const runId = await queueRun(database, workspaceId, settings, new Date(clock), 'PREVIEW')
      const context = contextOf(database, portal, pace, () => new Date(clock++))
      const { status, ...counts } = await workToEnd(context, workspaceId, runId)
      const { preview } = await database.prisma.syncRun.delete({ where: { id: runId } })
      return { counts, status, report: previewSchema.parse(preview) }
    },
  }
}

async function queueRun(
  database: Database,
  workspaceId: string,
  settings: Settings,
  at: Date,
  scope: RunScope = 'ALL',
): Promise<string> {
  const id = randomUUID()
  const snapshot: SettingsSnapshot = {
    version: 1,
    accountsEnabled: settings.accountMappings !== null,
    contactsEnabled: settings.contactSource !== null,
    departureLimitPercent: 100,
    accountMappings: snapshotsOf(settings.accountMappings ?? []),
    contactSource: settings.contactSource,
    listId: settings.contactSource === 'FROM_LIST' ? listId : null,
    defaultPhoneRegion: settings.defaultPhoneRegion,
    contactMappings: snapshotsOf(settings.mappings),
  }
  await setAround(database, workspaceId, settings)
  await database.pool.query({
    name: 'queue-run',
    text: `
      WITH limited AS (UPDATE workspace SET contact_limit = $3 WHERE id = $2)
      INSERT INTO sync_run
        (id, workspace_id, object_type, with_accounts, trigger, settings_version, settings, created_at, heartbeat_at, scope)
      VALUES ($1, $2, $6, $7, 'MANUAL', 1, $4, $5, $5, $8)`,
    values: [
      id,
      workspaceId,
      settings.contactLimit,
      JSON.stringify(snapshot),
      at,
      snapshot.contactsEnabled ? 'CONTACT' : 'ACCOUNT',
      snapshot.contactsEnabled && snapshot.accountsEnabled,
      scope,
    ],
  })
  return id
}

const snapshotsOf = (mappings: readonly Mapping[]) =>
  mappings.map(({ customField, ...mapping }) => ({
    ...mapping,
    customField: customField && { ...customField, options: [...customField.options] },
  }))

/** Settings that a run reads when it uses them, not when it is created: exclusions and members. */
async function setAround(database: Database, workspaceId: string, { excluded, teammates }: Settings): Promise<void> {
  const types = (['CONTACT', 'ACCOUNT'] as const).flatMap((type) => excluded[type].map(() => type))
  await database.pool.query('DELETE FROM hubspot_exclusion WHERE workspace_id = $1', [workspaceId])
  await database.pool.query('DELETE FROM membership WHERE workspace_id = $1', [workspaceId])
  if (types.length > 0) {
    await database.pool.query(
      `INSERT INTO hubspot_exclusion (workspace_id, object_type, hubspot_id)
       SELECT $1, * FROM unnest($2::object_type[], $3::bigint[])`,
      [workspaceId, types, [...excluded.CONTACT, ...excluded.ACCOUNT]],
    )
  }
  if (teammates.length > 0) {
    await database.pool.query(
      `INSERT INTO membership (workspace_id, user_id, role)
       SELECT $1, app_user.id, 'MEMBER' FROM workspace
       JOIN app_user ON app_user.organization_id = workspace.organization_id
       WHERE workspace.id = $1 AND app_user.email = ANY ($2)`,
      [workspaceId, teammates],
    )
  }
}

function contextOf(database: Database, portal: HubSpotPortal, pace: Pace, now: () => Date): SyncContext {
  const { isStopAndGo, crashesAtCalls, ...sizes } = pace
  return {
    database,
    openPortal: async () => portal,
    announcements: {
      publish: async () => {},
      subscribe: async () => {
        throw new Error('nobody listens here')
      },
    },
    enqueueRun: async () => {},
    now,
    log: pino({ level: 'silent' }),
    tuning: {
      ...sizes,
      pieceMs: isStopAndGo ? 0 : 60_000,
      pageBytes: Number.POSITIVE_INFINITY,
      chunkMs: isStopAndGo ? 0 : 60_000,
    },
  }
}

async function workToEnd(context: SyncContext, workspaceId: string, runId: string): Promise<RunRow> {
  let before = await readRun(context.database, runId)
  for (let chunks = 0; chunks < 500; chunks++) {
    const state = await workOnRun(context, { workspaceId, runId }, new AbortController().signal).catch((error) => {
      if (error instanceof StoryCrash) return 'crashed' as const
      throw error
    })
    const after = await readRun(context.database, runId)
    const fallen = outcomes.filter((outcome) => after[outcome] < before[outcome])
    if (fallen.length > 0) throw new Error(`B69: the counts of ${fallen.join(', ')} went back after it ${state}`)
    if (state === 'done') return after
    before = after
  }
  throw new Error('the run has no end')
}

type RunRow = Record<Outcome, number> & { readonly status: SyncResult['status'] }

async function readRun(database: Database, runId: string): Promise<RunRow> {
  const { rows } = await database.pool.query<RunRow>({
    name: 'read-run',
    text: 'SELECT status, created, linked, updated, unchanged, skipped, failed FROM sync_run WHERE id = $1',
    values: [runId],
  })
  const [row] = rows
  if (!row) throw new Error(`there is no run ${runId}`)
  return row
}
