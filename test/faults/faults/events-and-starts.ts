import { GraphQLRequestError } from '../../../client/graphql-client.ts'
import type { SimulatedPortal } from '../../../simulator/index.ts'
import { playDisturbedRuns, type Scene, untilEnded } from '../disturbed-runs.ts'
import type { Fault, Scenario } from '../fault.ts'
import { ChooseSettings, StartRun } from '../stage/operations.ts'
import { runsOf } from '../stage/run-watch.ts'
import type { Stage } from '../stage/stage.ts'
import { type Random, until } from '../stage/waiting.ts'
import { rowIdOf, type Workspace } from '../stage/workspace.ts'
import { startOver } from './bring-to-end.ts'
import { changeSome } from './change-portal.ts'

const usualStage = { broker: 'redis', workers: 2 } as const

/** Sends every event of the changes, half of them twice and all of them out of order, while a run reads the same records. */
async function sendDisorderly({ stage, cases, watch, random, untilUnderWay }: Scene, kill: boolean): Promise<void> {
  for (const { workspace } of cases) {
    await workspace.client.request(ChooseSettings, { input: { liveUpdates: 'WEBHOOKS' } })
  }
  await untilUnderWay()
  watch.broke()
  stage.simulator.webhooks.configure({ isHeld: false, duplicateShare: 0.5, shuffle: true })
  const sending = stage.simulator.webhooks.flush()
  if (kill) {
    await random.pause(0, 1_500)
    await stage.replaceWorker(await stage.busiestWorker(), 'SIGKILL')
  }
  await sending
  await until('the runs end', () => watch.allEnded)
  await untilApplied(
    stage,
    cases.map(({ workspace }) => workspace),
  )
}

async function untilApplied({ store }: Stage, workspaces: readonly Workspace[]): Promise<void> {
  const ids = workspaces.map(({ id }) => id)
  await until('every change that HubSpot told of is applied', async () => {
    const [left] = await store.query<{ count: string }>(
      'SELECT count(*) FROM hubspot_change WHERE workspace_id = ANY ($1)',
      [ids],
    )
    return Number(left?.count) === 0
  })
}

/** Changes that HubSpot reports. The events wait until they are sent. */
const changeAndTell = (stage: Stage) => (portal: SimulatedPortal, random: Random) => {
  const targetUrl = `${stage.apiUrl.replace('127.0.0.1', 'localhost')}/webhooks/hubspot`
  stage.simulator.webhooks.configure({ targetUrl, isHeld: true })
  changeSome(portal, random)
}

/**
 * Six admins press the same button in every workspace at the same time. This must start one run in each, and answer
 * everybody (B11).
 */
async function startAtOnce({ stage, cases, complain, watch }: Scene): Promise<void> {
  await until('the first runs end', () => watch.allEnded)
  const workspaces = cases.flatMap(({ seed, workspace, calm }) => [
    { seed, workspace },
    { seed, workspace: calm },
  ])
  const before = new Map<string, number>()
  for (const { workspace } of workspaces) before.set(workspace.id, (await runsOf(stage, workspace.id)).length)
  watch.broke()
  await Promise.all(
    workspaces.map(async ({ seed, workspace }) => {
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => workspace.client.request(StartRun).catch((error: Error) => error)),
      )
      const ids = new Set<string>()
      for (const answer of answers) {
        if (answer instanceof GraphQLRequestError) complain(`B10: a start failed with "${answer.message}"`, seed)
        else if (answer instanceof Error) complain(`B10: a start was not answered: ${answer.message}`, seed)
        else if (answer.startSync?.__typename === 'StartSyncPayload') ids.add(rowIdOf(answer.startSync.syncRun.id))
      }
      await untilEnded(stage, [...ids])
      const made = (await runsOf(stage, workspace.id)).length - (before.get(workspace.id) ?? 0)
      // If a run ends while others are still starting, a second run is allowed.
      if (made !== ids.size) complain(`B11: ${made} runs were created, and ${ids.size} were returned`, seed)
      if (ids.size > 2) complain(`B11: six simultaneous starts created ${ids.size} runs`, seed)
    }),
  )
}

/**
 * Five workers look for due runs, one of them is killed, and the queue loses its ticks. This must start one run in each
 * workspace (B9, B13).
 */
async function fallDue({ stage, cases, complain, watch, random }: Scene): Promise<void> {
  await until('the first runs end', () => watch.allEnded)
  const ids = cases.map(({ workspace }) => workspace.id)
  await stage.store.query(
    `UPDATE sync_settings SET next_run_at = now() - interval '1 second' WHERE workspace_id = ANY ($1)`,
    [ids],
  )
  await random.pause(0, 6_000)
  await stage.replaceWorker(await stage.busiestWorker(), 'SIGKILL')
  const scheduled = async (workspaceId: string) =>
    (await runsOf(stage, workspaceId)).filter(({ trigger }) => trigger === 'SCHEDULED')
  await until('every workspace has its automatic run', async () => {
    const runs = await Promise.all(ids.map(scheduled))
    return runs.every((own) => own.length > 0)
  })
  await untilEnded(
    stage,
    (await Promise.all(ids.map(scheduled))).flat().map(({ id }) => id),
  )
  // Two more ticks of the schedule, in which nothing may be due.
  await random.pause(21_000, 22_000)
  for (const { seed, workspace } of cases) {
    const own = await scheduled(workspace.id)
    if (own.length !== 1) complain(`B13: ${own.length} automatic runs instead of one`, seed)
  }
}

const scenarios: readonly Scenario[] = [
  {
    name: 'webhooks repeated and shuffled, and a worker killed',
    stage: usualStage,
    together: 4,
    play: (stage, seeds) =>
      playDisturbedRuns(stage, seeds, {
        change: changeAndTell(stage),
        sameCounts: false,
        disturb: (scene) => sendDisorderly(scene, true),
        bringToEnd: startOver,
      }),
  },
  {
    name: 'six starts at once in every workspace',
    stage: usualStage,
    together: 5,
    play: (stage, seeds) => playDisturbedRuns(stage, seeds, { disturb: startAtOnce }),
  },
  {
    name: 'five schedulers, one of them killed',
    stage: { broker: 'redis', workers: 5 },
    together: 7,
    isInCi: false,
    play: (stage, seeds) => playDisturbedRuns(stage, seeds, { disturb: fallDue }),
  },
]

export const eventsAndStarts: Fault = {
  id: 'F9',
  title: 'webhooks repeated and shuffled, simultaneous starts, five schedulers',
  scenarios: ({ redis }) => (redis === null ? [] : scenarios),
}
