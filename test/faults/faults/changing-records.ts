import { playDisturbedRuns, type Scene } from '../disturbed-runs.ts'
import type { Fault, Scenario } from '../fault.ts'
import { until } from '../stage/waiting.ts'
import { startOver } from './bring-to-end.ts'
import { plainContacts } from './change-portal.ts'

const usualStage = { broker: 'redis', workers: 2 } as const

/** Changes 5 % of each portal's contacts while runs read them: values, handles that move, departures, arrivals, merges. */
async function changeWhileRead({ cases, random, untilUnderWay, stage, watch }: Scene, kill: boolean): Promise<void> {
  await untilUnderWay()
  const portals = cases.map(({ workspace: { portal } }) => ({ portal, ids: plainContacts(portal) }))
  const rounds = 20
  for (let round = 0; round < rounds; round++) {
    for (const { portal, ids } of portals) {
      const take = () => ids.splice(random.whole(0, ids.length - 1), 1)[0] ?? 0
      const changes = Math.ceil((ids.length * 0.05) / rounds)
      for (let count = 0; count < changes; count++) {
        const number = random.next()
        if (number < 0.5) portal.putContact({ id: take(), properties: { city: `Round ${round}`, phone: null } })
        else if (number < 0.65) portal.archiveContact(take())
        else if (number < 0.75) portal.mergeContacts(take(), take())
        else if (number < 0.9) {
          const [giver, taker] = [take(), take()]
          const email = portal.contact(giver)?.properties.email ?? `none-${round}-${count}@portal.example`
          portal.putContact({ id: giver, properties: { email: null } })
          portal.putContact({ id: taker, properties: { work_email: email } })
        } else
          portal.putContact({
            properties: { firstname: 'Late', lastname: `${round}`, email: `late-${round}-${count}@portal.example` },
          })
      }
    }
    await random.pause(20, 150)
    if (kill && round === rounds / 2 && !watch.allEnded) {
      watch.broke()
      await stage.replaceWorker(await stage.busiestWorker(), 'SIGKILL')
    }
  }
}

const scenario = (name: string, kill: boolean): Scenario => ({
  name,
  stage: usualStage,
  together: 5,
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, {
      isComparable: false,
      sameCounts: false,
      latencyMs: [30, 90],
      disturb: async (scene) => {
        await changeWhileRead(scene, kill)
        await until('the runs end', () => scene.watch.allEnded)
      },
      // Changes that a run did not see are picked up by the next run.
      bringToEnd: startOver,
    }),
})

export const changingRecords: Fault = {
  id: 'F7',
  title: '5 % of the records changing while they are read',
  scenarios: ({ redis }) =>
    redis === null ? [] : [scenario('nothing else', false), scenario('and a worker killed meanwhile', true)],
}
