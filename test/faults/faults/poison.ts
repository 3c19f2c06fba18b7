import type { SimulatedPortal } from '../../../simulator/index.ts'
import { playDisturbedRuns } from '../disturbed-runs.ts'
import { type Fault, hubIdOf, type Scenario } from '../fault.ts'
import { readHubSpotSide } from '../judge/hubspot-side.ts'
import { hasEnded } from '../stage/run-watch.ts'
import type { Random } from '../stage/waiting.ts'
import { until } from '../stage/waiting.ts'

/** Values that have broken a database, a parser, or a regular expression somewhere. */
const poisons: readonly Record<string, string>[] = [
  { firstname: 'zero\u0000byte' },
  { email: 'zero\u0000byte@portal.example' },
  { city: '\ud800 half of a pair' },
  { about: 'x'.repeat(2_000_000) },
  { firstname: 'n'.repeat(100_000), lastname: 'n'.repeat(100_000) },
  { annual_spend: `1${'0'.repeat(400)}` },
  { annual_spend: '12,5' },
  { customer_since: '99999-99-99' },
  { customer_since: '-99999999999999999' },
  { phone: `+${'9'.repeat(5_000)}` },
  { phone: '\u200b\u00a0 \u200b' },
  { email: `${'a'.repeat(70_000)}@portal.example` },
  { email: '@' },
  { newsletter_opt_in: 'perhaps' },
  { lifecyclestage: ';;;' },
  { hs_additional_emails: `${'x@portal.example;'.repeat(3_000)}` },
  { jobtitle: `\u202e${'e\u0301'.repeat(5_000)}` },
]

/** Gives some contacts of a portal one such value each. Returns their ids. */
function poison(portal: SimulatedPortal, random: Random): void {
  const ids = [...readHubSpotSide(portal, 'FROM_SYNCED_ACCOUNTS').contacts.keys()]
  const poisoned = new Set<string>()
  for (const properties of poisons) {
    const [id] = ids.splice(random.whole(0, ids.length - 1), 1)
    if (id === undefined) continue
    portal.putContact({ id, properties })
    poisoned.add(id)
  }
  poisonedOf.set(portal.hubId, poisoned)
}

const poisonedOf = new Map<number, ReadonlySet<string>>()

const textBytes = 64 * 1024
const heavyContacts = 900

/** Creates a page that does not fit into a worker's memory. */
function makeHeavy(portal: SimulatedPortal): void {
  const ids = [...readHubSpotSide(portal, 'FROM_SYNCED_ACCOUNTS').contacts.keys()].slice(0, heavyContacts)
  for (const [index, id] of ids.entries()) {
    const text = (name: string) => `${name} ${index} `.padEnd(textBytes, 'heavy ')
    portal.putContact({ id, properties: { about: text('about'), city: text('city'), jobtitle: text('job') } })
  }
}

/** A page must not end more workers than a run has attempts. */
const deathsAtMost = 6

const heavyPage: Scenario = {
  name: 'a page that does not fit into a worker, next to workspaces with normal pages',
  stage: { broker: 'redis', workers: 1 },
  together: 3,
  isInCi: false,
  play: async (stage, seeds) => {
    const [heavy = 0, ...light] = seeds
    makeHeavy(stage.simulator.portal(hubIdOf(heavy)))
    const exitsBefore = stage.unaskedExits.length
    const played = await playDisturbedRuns(stage, seeds, {
      isComparable: false,
      sameCounts: false,
      records: (seed) => ({
        spared: seed === heavy ? everything(stage.simulator.portal(hubIdOf(seed))) : new Set<string>(),
      }),
      disturb: async (scene) => {
        scene.watch.broke()
        try {
          await until('every run ends', () => scene.watch.allEnded, { withinMs: 300_000 })
        } finally {
          // The page may end workers, which are started again. Counts how often this happened.
          const deaths = stage.unaskedExits.splice(exitsBefore).length
          if (deaths > deathsAtMost) scene.complain(`a page ended ${deaths} workers`, heavy)
        }
        for (const { seed, runId } of scene.cases) {
          const row = scene.watch.row(runId)
          if (row === undefined || !hasEnded(row)) continue
          if (light.includes(seed) && !row.status.startsWith('COMPLETED')) {
            scene.complain(`it blocked another workspace: ${row.status}`, seed)
          }
        }
      },
    })
    return played
  },
}

const everything = (portal: SimulatedPortal) => new Set(readHubSpotSide(portal, 'FROM_LIST').contacts.keys())

const poisonValues: Scenario = {
  name: 'values that break parsers and databases, and a worker killed',
  stage: { broker: 'redis', workers: 2 },
  together: 4,
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, {
      change: poison,
      records: (seed) => ({ spared: poisonedOf.get(hubIdOf(seed)) ?? new Set() }),
      disturb: async ({ watch, random, untilUnderWay }) => {
        await untilUnderWay()
        await random.pause(0, 1_500)
        watch.broke()
        await stage.replaceWorker(await stage.busiestWorker(), 'SIGKILL')
      },
    }),
}

export const poisonRecords: Fault = {
  id: 'F11',
  title: 'poison records, and pages that crash the worker',
  scenarios: ({ redis }) => (redis === null ? [] : [poisonValues, heavyPage]),
}
