import type { SyncRun } from '../../src/generated/prisma/client.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { recoverRuns } from '../../src/sync/runs/recover-runs.ts'
import type { TestSync } from '../support/test-sync.ts'

/** Time as the product and the simulator take it. */
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

/** Longer than a run waits for a HubSpot that cannot be understood, or is silent. */
const longerThanPatience = 7 * 3_600_000

/** Starts a run and takes it up again as often as it waits, until it has ended or waits for an admin. */
export async function runToItsEnd(sync: TestSync, clock: PassingClock): Promise<SyncRun> {
  const { id } = await startSync(sync.context, sync.viewer)
  for (let turn = 0; turn < 10; turn++) {
    await sync.workOff()
    const run = await sync.run(id)
    if (run.status !== 'THROTTLED') return run
    clock.pass(longerThanPatience)
    await recoverRuns(sync.context)
  }
  throw new Error(`the run waits for ever: ${(await sync.run(id)).waitReason}`)
}
