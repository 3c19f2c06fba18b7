import type { Simulator } from '../../simulator/index.ts'
import { startDueRuns } from '../../src/sync/runs/start-due-runs.ts'
import {
  createTestSync,
  setUpListSync,
  startTestSimulator,
  type TestSync,
  type TestSyncOptions,
} from '../support/test-sync.ts'

export const HOUR = 3_600_000
export const MINUTE = 60_000

export interface ScheduledSync extends TestSync {
  readonly simulator: Simulator
  readonly clock: { advance(ms: number): void; now(): Date }
  /** What each worker does every few seconds. Returns the number of started runs. */
  tick(): Promise<number>
  /** Processes what was enqueued, and then returns the scheduled runs. */
  scheduledRuns(): Promise<{ createdAt: Date; status: string; triggeredById: string | null }[]>
  nextRunAt(): Promise<Date | null>
}

/** A list sync that was set up and not started yet, with its own clock. Default: ten contacts. */
export async function createScheduledSync(
  options: Pick<TestSyncOptions, 'tuning' | 'announcements'> & { readonly contacts?: number } = {},
): Promise<ScheduledSync> {
  let at = Date.now()
  const now = () => new Date(at)
  const simulator = await startTestSimulator({
    portals: [{ contacts: options.contacts ?? 10, rateLimit: null }],
    clock: () => at,
  })
  const sync = await createTestSync({ simulator, now, ...options })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  const { prisma } = sync.database
  return {
    ...sync,
    simulator,
    clock: {
      now,
      advance: (ms) => {
        at += ms
      },
    },
    tick: () => startDueRuns(sync.context),
    scheduledRuns: async () => {
      await sync.workOff()
      return prisma.syncRun.findMany({
        where: { trigger: 'SCHEDULED' },
        select: { createdAt: true, status: true, triggeredById: true },
        orderBy: { createdAt: 'asc' },
      })
    },
    nextRunAt: async () => (await prisma.syncSettings.findFirstOrThrow()).nextRunAt,
  }
}
