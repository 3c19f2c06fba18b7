import type { SyncRun } from '../../src/generated/prisma/client.ts'
import type { ObjectType } from '../../src/generated/prisma/enums.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { recoverRuns } from '../../src/sync/runs/recover-runs.ts'
import { startRecordsRun } from '../../src/sync/runs/start-records-run.ts'
import type { TestSync } from '../support/test-sync.ts'

/** The time that the product and the simulator use. */
export interface PassingClock {
  now(): number
  pass(ms: number): void
}

export function passingClock(): PassingClock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    pass: (ms) => {
      ahead += ms
    },
  }
}

/** Longer than a run waits for a HubSpot that is unreadable or silent. */
const longerThanPatience = 7 * 3_600_000

/** Starts a full run and takes it up again whenever it waits, until it has ended or waits for an admin. */
export async function runToItsEnd(sync: TestSync, clock: PassingClock): Promise<SyncRun> {
  return toItsEnd(sync, clock, await startSync(sync.context, sync.viewer))
}

/**
 * The same with runs over single records: all given ones, companies before contacts. The first run that does not
 * complete is the last.
 */
export async function runRecordsToTheirEnd(
  sync: TestSync,
  clock: PassingClock,
  named: Readonly<Record<ObjectType, readonly bigint[]>>,
): Promise<SyncRun> {
  let last: SyncRun | null = null
  for (const objectType of ['ACCOUNT', 'CONTACT'] as const) {
    const { workspaceId } = sync.viewer
    const asked = {
      workspaceId,
      objectType,
      hubspotIds: named[objectType],
      trigger: 'WEBHOOK',
      triggeredById: null,
    } as const
    const run = await startRecordsRun(sync.context, asked)
    // If the connection is lost, no run starts.
    if (run === null) break
    last = await toItsEnd(sync, clock, run)
    if (last.status !== 'COMPLETED' && last.status !== 'COMPLETED_WITH_ERRORS') break
  }
  if (last === null) throw new Error('no run was started over single records')
  return last
}

async function toItsEnd(sync: TestSync, clock: PassingClock, { id }: SyncRun): Promise<SyncRun> {
  for (let turn = 0; turn < 10; turn++) {
    await sync.workOff()
    const run = await sync.run(id)
    if (run.status !== 'THROTTLED') return run
    clock.pass(longerThanPatience)
    await recoverRuns(sync.context)
  }
  throw new Error(`the run waits for ever: ${(await sync.run(id)).waitReason}`)
}
