import type { Scene } from '../disturbed-runs.ts'
import { untilEnded } from '../disturbed-runs.ts'
import { hubIdOf } from '../fault.ts'
import { CancelRun } from '../stage/operations.ts'
import { hasEnded, readRuns, runsOf } from '../stage/run-watch.ts'
import type { Stage } from '../stage/stage.ts'
import { until } from '../stage/waiting.ts'
import { connectPortal, globalIdOf, startRun } from '../stage/workspace.ts'

/**
 * Ends runs that are still waiting, and runs every workspace once more, as an admin would. Returns the last run of each
 * seed.
 */
export async function startOver({ stage, cases }: Scene): Promise<ReadonlyMap<number, string>> {
  const last = new Map<number, string>()
  for (const { seed, workspace } of cases) {
    const runs = await runsOf(stage, workspace.id)
    for (const run of runs.filter((row) => row.status === 'THROTTLED')) {
      await workspace.client.request(CancelRun, { id: globalIdOf('SyncRun', run.id) })
    }
    last.set(seed, await startRun(workspace))
  }
  return last
}

/** Logs in to HubSpot again. The refused run starts over by itself (B17). Returns the last run of each seed. */
export async function logInAgain({ stage, cases }: Scene): Promise<ReadonlyMap<number, string>> {
  const last = new Map<number, string>()
  for (const { seed, workspace, runId } of cases) {
    const [refused] = await readRuns(stage, [runId])
    if (refused?.failure_type !== 'AUTHORIZATION') continue
    await connectPortal(workspace.client, hubIdOf(seed))
    let restarted = ''
    await until('a refused run starts again after the log-in', async () => {
      restarted = (await runsOf(stage, workspace.id)).filter(({ scope }) => scope === 'ALL').at(-1)?.id ?? ''
      return restarted !== runId
    })
    last.set(seed, restarted)
  }
  await untilEnded(stage, [...last.values()])
  return last
}

/**
 * Repeatedly lets the waiting time of runs pass immediately, until they end. Runs that wait for the daily limit continue once
 * a call finds that HubSpot accepts calls again. A process that was refused tries that every minute.
 */
export async function letTimePass(stage: Stage, ids: readonly string[]): Promise<undefined> {
  await until(
    'runs that waited for HubSpot go on and end',
    async () => {
      await stage.store.query(
        `UPDATE sync_run SET resume_at = now() - interval '1 second' WHERE id = ANY ($1) AND status = 'THROTTLED'`,
        [ids],
      )
      return (await readRuns(stage, ids)).every(hasEnded)
    },
    { withinMs: 300_000, everyMs: 1_000 },
  )
}
