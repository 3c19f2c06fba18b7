import { Redis } from 'ioredis'
import { playDisturbedRuns, type Scene } from '../disturbed-runs.ts'
import type { Fault, Scenario } from '../fault.ts'
import type { BreakableRedis } from '../stage/servers.ts'

const stage = { broker: 'redis', workers: 2 } as const

async function tell(redis: BreakableRedis, ...command: [string, ...string[]]): Promise<void> {
  const client = new Redis(redis.url, { lazyConnect: true, retryStrategy: null })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.call(...command)
  } finally {
    client.disconnect()
  }
}

const scenario = (name: string, breakIt: (scene: Scene, redis: BreakableRedis) => Promise<void>): Scenario => ({
  name,
  stage,
  together: 5,
  play: (open, seeds) =>
    playDisturbedRuns(open, seeds, {
      disturb: async (scene) => {
        const { redis } = scene.stage.servers
        if (redis === null) return
        await scene.untilUnderWay()
        await breakIt(scene, redis)
      },
    }),
})

const scenarios: readonly Scenario[] = [
  scenario('flushed, three times', async ({ watch, random }, redis) => {
    for (let count = 0; count < 3 && !watch.allEnded; count++) {
      await random.pause(0, 1_000)
      watch.broke()
      await tell(redis, 'FLUSHALL')
    }
  }),
  scenario('ended, and an empty one in its place', async ({ watch, random }, redis) => {
    await random.pause(0, 800)
    watch.broke()
    await redis.stop()
    await redis.start()
  }),
  scenario('gone for some seconds', async ({ watch, random }, redis) => {
    await random.pause(0, 800)
    watch.broke()
    await redis.stop()
    await random.pause(6_000, 15_000)
    await redis.start()
  }),
  scenario('full: it refuses every write for some seconds', async ({ watch, random }, redis) => {
    await random.pause(0, 800)
    watch.broke()
    await tell(redis, 'CONFIG', 'SET', 'maxmemory', '1')
    await random.pause(3_000, 8_000)
    await tell(redis, 'CONFIG', 'SET', 'maxmemory', '0')
  }),
  scenario('it stops answering for some seconds', async ({ watch, random, stage: { workers } }) => {
    await random.pause(0, 800)
    watch.broke()
    const lines = workers.map(({ lines: [, line] }) => line)
    for (const line of lines) line?.vanish()
    await random.pause(6_000, 12_000)
    for (const line of lines) line?.restore()
  }),
]

export const lostRedis: Fault = {
  id: 'F3',
  title: 'Redis flushed, empty, gone',
  scenarios: ({ redis }) => (redis === null ? [] : scenarios),
}
