import { expectType } from '../../../demo/expect-type.ts'
import { playDisturbedRuns, type Scene } from '../disturbed-runs.ts'
import type { Fault, Scenario } from '../fault.ts'
import { CreateContact } from '../stage/operations.ts'
import type { StagedWorker } from '../stage/stage.ts'
import { until } from '../stage/waiting.ts'

const usualStage = { broker: 'redis', workers: 2 } as const

/** Longer than any lease. A worker that has not been replaced by then never will be. */
const standsAtMostMs = 90_000

/**
 * Stops the worker that has runs in hand, waits until all of them have ended without it, and resumes it. In the meantime, a
 * member writes in each workspace. If the worker was stopped in the transaction of a page, it holds the lock that this write
 * needs.
 */
async function stopOne(
  scene: Scene,
  stop: (worker: StagedWorker) => Promise<void>,
  goOn: (worker: StagedWorker) => Promise<void>,
): Promise<void> {
  const { stage, watch, random, untilUnderWay, complain } = scene
  await untilUnderWay()
  await random.pause(0, 900)
  const victim = await stage.busiestWorker()
  watch.broke()
  await stop(victim)
  try {
    await Promise.all([
      writeAsMembers(scene),
      until('another worker takes the runs over and ends them', () => watch.allEnded, { withinMs: standsAtMostMs }),
    ])
  } catch (error) {
    complain(`B53: ${(error as Error).message}`)
  } finally {
    await goOn(victim)
  }
  // The resumed worker gets time before the store is judged. Everything that it still tries to write must be rejected.
  await random.pause(1_500, 2_500)
}

/**
 * A write that needs the lock on a workspace's handles. It must succeed or fail with a typed error, but never stay without
 * an answer.
 */
async function writeAsMembers({ cases, complain }: Scene): Promise<void> {
  await Promise.all(
    cases.map(async ({ seed, workspace }) => {
      // In both workspaces, because the two are compared.
      const input = {
        name: 'Written meanwhile',
        handles: [{ source: 'EMAIL' as const, value: `meanwhile-${seed}@local.example` }],
      }
      const answer = await Promise.race([
        workspace.client.request(CreateContact, { input }).catch((error: Error) => error),
        new Promise<'none'>((resolve) => setTimeout(resolve, answeredWithinMs, 'none').unref()),
      ])
      if (answer === 'none') complain(`a member's write got no answer within ${answeredWithinMs / 1_000} s`, seed)
      if (answer instanceof Error) complain(`a member's write failed with "${answer.message}"`, seed)
    }),
  )
}

/** At least twice the time that the write itself may wait, so that a busy machine causes no failure. */
const answeredWithinMs = 40_000

/** Members' writes are local. The calm workspaces get the same writes, so that the two can be compared. */
async function writeTheSame({ cases }: Scene): Promise<void> {
  for (const { seed, workspace, calm } of cases) {
    const input = {
      name: 'Written meanwhile',
      handles: [{ source: 'EMAIL' as const, value: `meanwhile-${seed}@local.example` }],
    }
    for (const { client } of [workspace, calm]) {
      const { createContact } = await client.request(CreateContact, { input })
      if (createContact?.__typename !== 'HandleTakenError') expectType(createContact, 'CreateContactPayload')
    }
  }
}

const scenarios: readonly Scenario[] = [
  {
    name: 'a worker suspended (SIGSTOP) and later resumed',
    stage: usualStage,
    together: 5,
    play: (stage, seeds) =>
      playDisturbedRuns(stage, seeds, {
        disturb: (scene) =>
          stopOne(
            scene,
            async ({ process }) => process.freeze(),
            async ({ process }) => process.resume(),
          ),
        afterwards: writeTheSame,
      }),
  },
  {
    name: 'a worker whose machine disappears without closing its connections',
    stage: usualStage,
    together: 5,
    isInCi: false,
    play: (stage, seeds) =>
      playDisturbedRuns(stage, seeds, {
        disturb: (scene) =>
          stopOne(
            scene,
            async ({ process, lines }) => {
              process.freeze()
              for (const line of lines) line.vanish()
            },
            async (worker) => stage.replaceWorker(worker, 'SIGKILL'),
          ),
        afterwards: writeTheSame,
      }),
  },
  {
    name: 'a worker silently cut off from every server, and later reconnected',
    stage: { broker: 'postgres', workers: 2 },
    together: 5,
    isInCi: false,
    play: (stage, seeds) =>
      playDisturbedRuns(stage, seeds, {
        disturb: (scene) =>
          stopOne(
            scene,
            async ({ lines }) => {
              for (const line of lines) line.vanish()
            },
            async ({ lines }) => {
              for (const line of lines) line.restore()
            },
          ),
        afterwards: writeTheSame,
      }),
  },
]

export const stoppedWorkers: Fault = {
  id: 'F2',
  title: 'workers that are suspended, and machines that disappear',
  scenarios: ({ redis }) => (redis === null ? scenarios.slice(2) : scenarios),
}
