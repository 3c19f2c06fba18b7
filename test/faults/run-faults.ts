import { type Fault, NotPossibleHereError, type Played, portalOf, type Scenario } from './fault.ts'
import { faults } from './faults/index.ts'
import { printTable, type Row } from './print-table.ts'
import { type Servers, startServers } from './stage/servers.ts'
import { Stage } from './stage/stage.ts'

export interface FaultsOptions {
  /** Ids of faults. Null for all. */
  readonly only: readonly string[] | null
  readonly firstSeed: number
  readonly seedsOfEach: number
  /** True for the part that CI runs. */
  readonly isCi: boolean
  readonly stop: AbortSignal
}

class Interrupted extends Error {}

/** After this time, CI starts no further fault. */
const ciLastsMs = 4 * 60_000

/** The same faults, starting at a different one for each seed, so that none is always omitted. */
function beginningAt(all: readonly Fault[], seed: number): Fault[] {
  const at = seed % all.length
  return [...all.slice(at), ...all.slice(0, at)]
}

/** Plays the faults, prints the results, and returns the exit code: 0 if nothing was violated. */
export async function runFaults({ only, firstSeed, seedsOfEach, isCi, stop }: FaultsOptions): Promise<number> {
  const chosen = faults.filter(({ id }) => only === null || only.includes(id))
  if (chosen.length === 0) {
    console.error(`There is no such fault. There are ${faults.map(({ id }) => id).join(', ')}.`)
    return 1
  }
  const seeds = Array.from({ length: seedsOfEach }, (_, index) => firstSeed + index)
  const rows: Row[] = []
  const leftOut: string[] = []
  let servers: Servers | null = null
  try {
    servers = await startServers()
    const ends = isCi ? performance.now() + ciLastsMs : Number.POSITIVE_INFINITY
    for (const fault of isCi ? beginningAt(chosen, firstSeed) : chosen) {
      if (performance.now() > ends) {
        leftOut.push(fault.id)
        continue
      }
      rows.push(await playFault(fault, servers, seeds, { isCi, stop }))
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  } finally {
    await servers?.close()
  }
  printTable(rows)
  if (leftOut.length > 0)
    console.log(`Left out, as the time was over: ${leftOut.join(', ')}. Another --seed begins elsewhere.`)
  const isClean = rows.every(({ violations }) => violations === 0)
  return !stop.aborted && isClean && rows.length + leftOut.length === chosen.length ? 0 : 1
}

/** Assigns the seeds to scenarios. */
function deal(scenarios: readonly Scenario[], seeds: readonly number[]): Map<Scenario, number[]> {
  const dealt = new Map<Scenario, number[]>()
  for (const seed of seeds) {
    const scenario = scenarios[seed % scenarios.length]
    if (scenario !== undefined) dealt.set(scenario, [...(dealt.get(scenario) ?? []), seed])
  }
  return dealt
}

type Dealt = readonly (readonly [scenario: Scenario, seeds: readonly number[]])[]

/** Scenarios with the same stage share it, since processes take seconds to start. */
function onOneStage(dealt: ReadonlyMap<Scenario, readonly number[]>): Dealt[] {
  const groups = new Map<Scenario['stage'], (readonly [Scenario, readonly number[]])[]>()
  for (const [scenario, seeds] of dealt) {
    groups.set(scenario.stage, [...(groups.get(scenario.stage) ?? []), [scenario, seeds]])
  }
  return [...groups.values()]
}

function portalsOf(group: Dealt) {
  return group.flatMap(([{ portal = portalOf }, seeds]) => seeds.map(portal))
}

async function playFault(
  fault: Fault,
  servers: Servers,
  seeds: readonly number[],
  { isCi, stop }: { isCi: boolean; stop: AbortSignal },
): Promise<Row> {
  const began = performance.now()
  const row = {
    id: fault.id,
    title: fault.title,
    seeds: 0,
    violations: 0,
    repeatedReads: 0,
    moved: [] as number[],
    seconds: 0,
  }
  console.log(`${fault.id} ${fault.title}`)
  const scenarios = fault.scenarios(servers).filter(({ isInCi = true }) => !isCi || isInCi)
  for (const group of onOneStage(deal(scenarios, seeds))) {
    let stage: Stage | null = null
    try {
      for (const [scenario, own] of group) {
        for (let at = 0; at < own.length; at += scenario.together) {
          const together = own.slice(at, at + scenario.together)
          if (stop.aborted) throw new Interrupted()
          stage ??= await Stage.open(servers, await stageOptions(scenario), portalsOf(group))
          const played = await playOrFail(scenario, stage, together, stop)
          tell(fault, scenario, together, played)
          row.seeds += together.length
          row.violations += new Set(played.violations.map(({ seed }) => seed)).size
          row.repeatedReads += played.repeatedReads
          if (played.secondsUntilMoved !== null) row.moved.push(played.secondsUntilMoved)
        }
      }
    } catch (error) {
      if (error instanceof Interrupted) throw error
      const seedsLeft = group.flatMap(([, own]) => own)
      if (error instanceof NotPossibleHereError) {
        console.log(`   ${group[0]?.[0].name}: left out, ${error.message}`)
      } else {
        // The stage could not be opened, and nothing else reports why.
        console.log(`   ${group[0]?.[0].name}: seeds ${seedsLeft.join(' ')}: FAILED, ${(error as Error).stack}`)
        row.violations += seedsLeft.length
      }
    } finally {
      await stage?.close()
      await group[0]?.[0].cleanUp?.()
    }
  }
  return { ...row, seconds: (performance.now() - began) / 1_000 }
}

async function stageOptions({ stage }: Scenario) {
  return typeof stage === 'function' ? stage() : stage
}

/** If a scenario cannot be played to its end, this is a finding too. */
async function playOrFail(
  scenario: Scenario,
  stage: Stage,
  seeds: readonly number[],
  stop: AbortSignal,
): Promise<Played> {
  if (stop.aborted) throw new Interrupted()
  let interrupt = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(new Interrupted())
  })
  interrupted.catch(() => {})
  stop.addEventListener('abort', interrupt)
  try {
    return await Promise.race([scenario.play(stage, seeds), interrupted])
  } catch (error) {
    if (error instanceof Interrupted || error instanceof NotPossibleHereError) throw error
    const what = `it could not be played: ${(error as Error).stack ?? error}`
    return { violations: seeds.map((seed) => ({ seed, what })), repeatedReads: 0, secondsUntilMoved: null }
  } finally {
    stop.removeEventListener('abort', interrupt)
  }
}

const shownOfEach = 6

function tell(fault: Fault, scenario: Scenario, seeds: readonly number[], played: Played): void {
  const failed = new Set(played.violations.map(({ seed }) => seed))
  const moved = played.secondsUntilMoved === null ? '' : `, moves again after ${played.secondsUntilMoved.toFixed(1)} s`
  console.log(
    `   ${scenario.name}: seeds ${seeds.join(' ')}: ${failed.size === 0 ? 'as undisturbed' : `${failed.size} FAILED`}${moved}`,
  )
  for (const seed of failed) {
    const own = played.violations.filter((violation) => violation.seed === seed).map(({ what }) => what)
    for (const what of own.slice(0, shownOfEach)) console.log(`     seed ${seed}: ${what}`)
    if (own.length > shownOfEach) console.log(`     seed ${seed}: and ${own.length - shownOfEach} more`)
    console.log(`     again: npm run test:faults -- --fault ${fault.id} --seed ${seed}`)
  }
}
