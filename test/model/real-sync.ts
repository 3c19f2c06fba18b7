import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import type { Database } from '../../src/database/database.ts'
import type { HubSpotPortal } from '../../src/hubspot/portal.ts'
import type { SettingsSnapshot } from '../../src/sync/settings/snapshot.ts'
import type { SyncContext } from '../../src/sync/sync-context.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { RealStore } from './real-store.ts'
import type { Pace } from './stories.ts'
import { outcomes, type Settings, type Store, type SyncResult } from './world.ts'
import { listId } from './world-portal.ts'

/** A workspace of its own in the shared database, synced by the real engine. */
export interface RealWorkspace {
  readonly store: RealStore
  /** Runs the sync once, from queued to ended. */
  sync(settings: Settings, pace: Pace): Promise<SyncResult>
}

/** Thrown by a portal where a story has the work crash; the run goes on from its checkpoint. */
export class StoryCrash extends Error {
  override name = 'StoryCrash'
}

export async function createOrganization(database: Database): Promise<string> {
  const id = randomUUID()
  await database.prisma.organization.create({ data: { id, name: 'Many small worlds' } })
  return id
}

export async function createRealWorkspace(
  database: Database,
  organizationId: string,
  openPortal: (pace: Pace) => HubSpotPortal,
): Promise<RealWorkspace> {
  const workspaceId = randomUUID()
  await database.prisma.workspace.create({ data: { id: workspaceId, organizationId, name: 'small', plan: 'GROWTH' } })
  const store = new RealStore(database, workspaceId)
  // Far apart, so that a time tells its run.
  let clock = Date.parse('2026-06-01T00:00:00Z')

  return {
    store,
    async sync(settings, pace) {
      clock += 60_000
      const runId = await queueRun(database, workspaceId, settings, new Date(clock))
      store.addRun(runId)
      const portal = openPortal(pace)
      await workToEnd(
        contextOf(database, portal, pace, () => new Date(clock++)),
        workspaceId,
        runId,
      )
      return readResult(database, runId, await store.read())
    },
  }
}

async function queueRun(database: Database, workspaceId: string, settings: Settings, at: Date): Promise<string> {
  const id = randomUUID()
  const snapshot: SettingsSnapshot = {
    version: 1,
    contactSource: 'FROM_LIST',
    listId,
    defaultPhoneRegion: settings.defaultPhoneRegion,
    contactMappings: settings.mappings.map(({ customField, ...mapping }) => ({
      ...mapping,
      customField: customField && { ...customField, options: [...customField.options] },
    })),
  }
  const { contactLimit } = settings
  await database.prisma.workspace.update({ where: { id: workspaceId }, data: { contactLimit } })
  await database.prisma.syncRun.create({
    data: {
      id,
      workspaceId,
      objectType: 'CONTACT',
      trigger: 'MANUAL',
      settingsVersion: 1,
      settings: snapshot,
      createdAt: at,
      heartbeatAt: at,
    },
  })
  return id
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
    tuning: { ...sizes, chunkMs: isStopAndGo ? 0 : 60_000 },
  }
}

async function workToEnd(context: SyncContext, workspaceId: string, runId: string): Promise<void> {
  for (let chunks = 0; chunks < 500; chunks++) {
    try {
      if ((await workOnRun(context, { workspaceId, runId }, new AbortController().signal)) === 'done') return
    } catch (error) {
      if (!(error instanceof StoryCrash)) throw error
    }
  }
  throw new Error('the run has no end')
}

async function readResult(database: Database, runId: string, store: Store): Promise<SyncResult> {
  const run = await database.prisma.syncRun.findUniqueOrThrow({ where: { id: runId } })
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, run[outcome]])) as SyncResult['counts']
  return { store, counts, status: run.status as SyncResult['status'] }
}
