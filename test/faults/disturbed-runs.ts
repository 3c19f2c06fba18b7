import type { SimulatedPortal } from '../../simulator/index.ts'
import type { Played, Violation } from './fault.ts'
import { hubIdOf } from './fault.ts'
import { judgeCounts, judgeEnd, judgeFollower } from './judge/judge-progress.ts'
import { judgeRecords, type RecordsOptions } from './judge/judge-records.ts'
import { differenceOf, readState } from './judge/stored-state.ts'
import { type Follower, followRun, transports } from './stage/follower.ts'
import { hasEnded, type RunRow, RunWatch, readRuns } from './stage/run-watch.ts'
import type { Stage } from './stage/stage.ts'
import { Random, until } from './stage/waiting.ts'
import { globalIdOf, setUpWorkspace, startRun, type Workspace } from './stage/workspace.ts'

/** The workspace of a seed while its run is disturbed. */
export interface Case {
  readonly seed: number
  readonly workspace: Workspace
  /** The other workspace of the same portal, whose run is not disturbed. */
  readonly calm: Workspace
  readonly runId: string
}

/** What a disturbance can use. */
export interface Scene {
  readonly stage: Stage
  readonly cases: readonly Case[]
  readonly watch: RunWatch
  /** Seeded by the first seed. */
  readonly random: Random
  /** Reports a violation, for one seed or for all seeds in progress. */
  complain(what: string, seed?: number): void
  /** Resolves when the runs are in progress, so that something can be broken in the middle of them. */
  untilUnderWay(): Promise<void>
}

export interface DisturbedRunsOptions {
  /** Breaks things while the runs are in progress, and repairs what does not repair itself. */
  readonly disturb: (scene: Scene) => Promise<void>
  /** If given, there is an undisturbed run first, then these changes, and then the disturbed run. */
  readonly change?: (portal: SimulatedPortal, random: Random) => void
  /** Duration of a call to HubSpot while runs are disturbed, so that runs take long enough. */
  readonly latencyMs?: readonly [number, number]
  /** For faults that end some runs with a status other than COMPLETED. Brings about the last run. */
  readonly bringToEnd?: (scene: Scene) => Promise<ReadonlyMap<number, string> | undefined>
  /** False if HubSpot changes in the meantime, so that the result cannot be compared with an undisturbed run. */
  readonly isComparable?: boolean
  /** True if each run must have the counts of an undisturbed run. False if it starts over. */
  readonly sameCounts?: boolean
  /** Called when the runs have ended, before a following run judges them. */
  readonly afterwards?: (scene: Scene) => Promise<void>
  readonly records?: (seed: number) => RecordsOptions
  /** False if the fault does not involve followers. */
  readonly followed?: boolean
  /** How long the runs may take to end once everything works again. */
  readonly endWithinMs?: number
  /** Waits for the end of the run after the disturbed one, if that takes more than waiting. */
  readonly endFollowing?: (stage: Stage, runId: string) => Promise<void>
}

const usualLatencyMs = [15, 60] as const

/**
 * Runs a sync in one workspace of each seed without disturbing it, and in another workspace of the same portal while
 * `disturb` breaks things. Then judges whether the disturbed run ended, and whether it ended in the same way.
 */
export async function playDisturbedRuns(
  stage: Stage,
  seeds: readonly number[],
  options: DisturbedRunsOptions,
): Promise<Played> {
  const { isComparable = true, sameCounts = true, followed = true, endWithinMs = 150_000 } = options
  const violations: Violation[] = []
  const complain = (what: string, seed?: number) => {
    for (const each of seed === undefined ? seeds : [seed]) violations.push({ seed: each, what })
  }
  const random = new Random(seeds[0] ?? 0)
  const exitsBefore = stage.unaskedExits.length
  const prepared = await Promise.all(seeds.map((seed) => prepare(stage, seed)))

  // Undisturbed.
  const runCalm = async () => {
    const ids = new Map<number, string>()
    for (const { seed, calm } of prepared) ids.set(seed, await startRun(calm))
    await untilEnded(stage, [...ids.values()])
    return ids
  }
  if (options.change !== undefined) {
    await untilEnded(
      stage,
      await Promise.all(prepared.flatMap(({ calm, workspace }) => [startRun(calm), startRun(workspace)])),
    )
    for (const { seed, workspace } of prepared) options.change(workspace.portal, new Random(seed))
  }
  stage.simulator.requests.reset()
  const calmIds = isComparable ? await runCalm() : new Map<number, string>()
  const calmReads = batchReads(stage)
  stage.simulator.requests.reset()

  // Disturbed.
  for (const { workspace } of prepared) workspace.portal.configure({ latencyMs: options.latencyMs ?? usualLatencyMs })
  const cases = await Promise.all(
    prepared.map(async ({ seed, workspace, calm }): Promise<Case> => {
      return { seed, workspace, calm, runId: await startRun(workspace) }
    }),
  )
  const watch = new RunWatch(
    stage,
    cases.map(({ runId }) => runId),
  )
  const followers = followed ? cases.flatMap((one) => follow(stage, one)) : []
  const scene: Scene = {
    stage,
    cases,
    watch,
    random,
    complain,
    untilUnderWay: () =>
      until(
        'a run is under way',
        () => watch.rows.some(({ status, phase }) => status === 'RUNNING' && phase !== 'PREPARING') || watch.allEnded,
        {
          everyMs: 10,
        },
      ),
  }
  let lastRuns: ReadonlyMap<number, string> = new Map(cases.map(({ seed, runId }) => [seed, runId]))
  try {
    await options.disturb(scene)
    if (options.bringToEnd !== undefined) lastRuns = (await options.bringToEnd(scene)) ?? lastRuns
    await untilEnded(stage, [...lastRuns.values()], endWithinMs)
  } catch (error) {
    complain(await describeStuck(stage, error, [...lastRuns.values()]))
  }
  for (const { workspace } of prepared) workspace.portal.configure({ latencyMs: null })
  const repeatedReads = isComparable ? Math.max(0, batchReads(stage) - calmReads) : 0
  for (const exit of stage.unaskedExits.slice(exitsBefore)) {
    complain(
      `${exit.name} ended by itself (${exit.exit.signal ?? `code ${exit.exit.code}`}): ${tellEnd(exit.lastLines)}`,
    )
  }
  await stage.mend()
  for (const { seed, follower } of followers) {
    const isOver = await untilDone(follower, stage, cases.find((one) => one.seed === seed)?.runId ?? '')
    follower.stop()
    if (!isOver) complain(`B70 (${follower.followed.transport}): a follower never received the end`, seed)
    for (const what of judgeFollower(follower.followed)) complain(what, seed)
  }
  await watch.stop()
  try {
    await options.afterwards?.(scene)
  } catch (error) {
    complain(`afterwards: ${(error as Error).message}`)
  }

  // Judged.
  await Promise.all(
    cases.map(async ({ seed, workspace, calm }) => {
      const found: string[] = []
      try {
        const lastId = lastRuns.get(seed) ?? ''
        const [last] = await readRuns(stage, [lastId])
        if (last !== undefined) found.push(...judgeEnd(last))
        const [undisturbed] = await readRuns(stage, [calmIds.get(seed) ?? emptyId])
        if (last !== undefined && undisturbed !== undefined && sameCounts) found.push(...judgeCounts(last, undisturbed))
        if (isComparable) {
          const difference = differenceOf(
            await readState(stage.store, workspace.id),
            await readState(stage.store, calm.id),
          )
          if (difference !== null) found.push(`I8: not the state of an undisturbed run: ${difference}`)
        }
        // Nothing is blocked afterwards, and nothing was left undone.
        const following = await startRun(workspace)
        await (options.endFollowing?.(stage, following) ?? untilEnded(stage, [following]))
        const [next] = await readRuns(stage, [following])
        if (next !== undefined) found.push(...judgeEnd(next), ...judgeIdle(next, isComparable))
        found.push(...(await judgeRecords(stage.store, workspace, options.records?.(seed))))
      } catch (error) {
        found.push((error as Error).message)
      }
      for (const what of found) complain(what, seed)
    }),
  )
  for (const { method, url } of stage.simulator.requests.nonReads) complain(`I5: ${method} ${url}`)
  await Promise.all(prepared.flatMap(({ workspace, calm }) => [workspace.client.close(), calm.client.close()]))
  return { violations, repeatedReads, secondsUntilMoved: watch.secondsUntilMoved() }
}

const emptyId = '00000000-0000-0000-0000-000000000000'

const batchReads = ({ simulator }: Stage) => simulator.requests.countOf('/batch/read')

async function prepare(stage: Stage, seed: number) {
  const portal = stage.simulator.portal(hubIdOf(seed))
  const source = seed % 2 === 0 ? ('FROM_SYNCED_ACCOUNTS' as const) : ('FROM_LIST' as const)
  // Reset the portal: it belongs to the stage, and a seed may be used twice.
  portal.configure({ latencyMs: null })
  const name = `s${seed}x${++names}`
  const [workspace, calm] = await Promise.all([
    setUpWorkspace(stage, { seed, portal, source, name: `${name}-disturbed` }),
    setUpWorkspace(stage, { seed, portal, source, name: `${name}-calm` }),
  ])
  return { seed, workspace, calm }
}

let names = 0

function follow(stage: Stage, { seed, workspace, runId }: Case): { seed: number; follower: Follower }[] {
  const run = { apiUrl: stage.apiUrl, token: workspace.token, runId: globalIdOf('SyncRun', runId) }
  return transports.map((transport) => ({ seed, follower: followRun(transport, run) }))
}

/** A follower looks again every few seconds. If it has heard nothing a minute after the end, it never will. */
async function untilDone(follower: Follower, stage: Stage, runId: string): Promise<boolean> {
  const [run] = await readRuns(stage, [runId])
  if (run === undefined || !hasEnded(run)) return true
  let isDone = false
  void follower.done.then(() => {
    isDone = true
  })
  return until('a follower is told of the end', () => isDone, { withinMs: 60_000 }).then(
    () => true,
    () => false,
  )
}

/** Waits until runs have ended, with any status. */
export async function untilEnded(stage: Stage, ids: readonly string[], withinMs = 150_000): Promise<void> {
  let rows: RunRow[] = []
  await until(
    'runs end',
    async () => {
      rows = await readRuns(stage, ids)
      return rows.length === new Set(ids).size && rows.every(hasEnded)
    },
    { withinMs },
  )
}

async function describeStuck(stage: Stage, error: unknown, ids: readonly string[]): Promise<string> {
  const rows = await readRuns(stage, ids).catch(() => [])
  const open = rows
    .filter((row) => !hasEnded(row))
    .map(({ status, phase, chunk }) => `${status} ${phase} chunk ${chunk}`)
  return `${(error as Error).message}${open.length > 0 ? `; runs still open: ${open.join(', ')}` : ''}`
}

/** The run after the disturbed one must find nothing left to do (B52). */
function judgeIdle(run: RunRow, isComparable: boolean): string[] {
  if (!isComparable) return []
  return (['created', 'updated', 'linked'] as const)
    .filter((outcome) => run[outcome] > 0)
    .map((outcome) => `B52: the run after it found ${run[outcome]} to be ${outcome}`)
}

function tellEnd(lines: readonly string[]): string {
  const line = lines.findLast((text) => /^\s*(\w*[eE]rror: |FATAL)/.test(text)) ?? lines.at(-1) ?? 'it said nothing'
  return line.trim().slice(0, 300)
}
