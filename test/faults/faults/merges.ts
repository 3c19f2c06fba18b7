import type { SimulatedPortal } from '../../../simulator/index.ts'
import { playDisturbedRuns } from '../disturbed-runs.ts'
import { type Fault, portalOf, type Scenario } from '../fault.ts'
import type { Random } from '../stage/waiting.ts'
import { plainContacts } from './change-portal.ts'

const usualStage = { broker: 'redis', workers: 2 } as const

const merges = 1_000
/** One in this many merges continues with a record that has just resulted from a merge. */
const chained = 4

/** Makes 1,000 merges, many of them of records that resulted from merges. */
function mergeMany(portal: SimulatedPortal, random: Random): void {
  const ids = plainContacts(portal)
  const made: string[] = []
  const take = () => String(ids.splice(random.whole(0, ids.length - 1), 1)[0] ?? 0)
  for (let count = 0; count < merges; count++) {
    const goesOn = count % chained === chained - 1 && made.length > 0
    const other = goesOn ? (made.splice(random.whole(0, made.length - 1), 1)[0] ?? take()) : take()
    const primary = take()
    made.push(random.next() < 0.5 ? portal.mergeContacts(primary, other) : portal.mergeContacts(other, primary))
  }
}

const scenario = (name: string, kills: number): Scenario => ({
  name,
  stage: usualStage,
  together: 2,
  portal: (seed) => ({ ...portalOf(seed), contacts: 2_300 }),
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, {
      change: mergeMany,
      endWithinMs: 240_000,
      disturb: async ({ watch, random, untilUnderWay }) => {
        await untilUnderWay()
        for (let kill = 0; kill < kills && !watch.allEnded; kill++) {
          await random.pause(100, 1_500)
          watch.broke()
          await stage.replaceWorker(await stage.busiestWorker(), 'SIGKILL')
        }
      },
    }),
})

export const manyMerges: Fault = {
  id: 'F8',
  title: '1,000 merges, with chains',
  scenarios: ({ redis }) =>
    redis === null ? [] : [scenario('with workers killed', 2), scenario('with nothing else', 0)],
}
