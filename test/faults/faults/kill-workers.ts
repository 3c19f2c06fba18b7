import { playDisturbedRuns, type Scene } from '../disturbed-runs.ts'
import type { Fault, Scenario } from '../fault.ts'
import { changeSome } from './change-portal.ts'

const kills = 3

/** Kills workers at random moments: the busiest one, or all at the same time. Each is replaced immediately. */
async function killWorkers({ stage, watch, random, untilUnderWay }: Scene): Promise<void> {
  await untilUnderWay()
  for (let kill = 0; kill < kills && !watch.allEnded; kill++) {
    await random.pause(0, 1_200)
    const victims = random.next() < 0.25 ? [...stage.workers] : [await stage.busiestWorker()]
    watch.broke()
    await Promise.all(victims.map((worker) => stage.replaceWorker(worker, 'SIGKILL')))
  }
}

const scenario = (broker: 'redis' | 'postgres', workers: number, again = false): Scenario => ({
  name: `${workers} workers, queue in ${broker === 'redis' ? 'Redis' : 'PostgreSQL'}${again ? ', a run after changes' : ''}`,
  stage: { broker, workers },
  together: 5,
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, { disturb: killWorkers, ...(again && { change: changeSome }) }),
})

export const killedWorkers: Fault = {
  id: 'F1',
  title: 'kill -9 of workers',
  scenarios: ({ redis }) => [
    ...(redis === null ? [] : [scenario('redis', 2), scenario('redis', 2, true)]),
    scenario('postgres', 3),
    ...(redis === null ? [] : [scenario('redis', 4)]),
  ],
}
