import { request } from 'node:http'
import { WebSocket } from 'ws'
import { playDisturbedRuns, type Scene } from '../disturbed-runs.ts'
import type { Fault, Scenario } from '../fault.ts'
import { judgeFollower } from '../judge/judge-progress.ts'
import { type Follower, followRun, transports } from '../stage/follower.ts'
import { FollowRun } from '../stage/operations.ts'
import { until } from '../stage/waiting.ts'
import { globalIdOf } from '../stage/workspace.ts'

/** One in this many followers never reads, so that events only reach the buffers of the network. */
const notReading = 10

interface Followed {
  readonly apiUrl: string
  readonly token: string
  readonly runId: string
}

/** Connects, subscribes, and reads nothing. Returns a function that disconnects. */
function followWithoutReading(index: number, { apiUrl, token, runId }: Followed): () => void {
  const payload = { query: FollowRun.toString(), variables: { runId } }
  if (index % 2 === 0) {
    const socket = new WebSocket(`${apiUrl.replace('http', 'ws')}/graphql`, ['graphql-transport-ws'])
    socket.on('error', () => {})
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
    })
    socket.once('message', () => {
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload }))
      socket.pause()
    })
    return () => socket.terminate()
  }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' }
  const call = request(`${apiUrl}/graphql`, { method: 'POST', headers, agent: false }, (answer) => {
    answer.on('error', () => {})
    answer.pause()
  })
  call.on('error', () => {})
  call.end(JSON.stringify(payload))
  return () => call.destroy()
}

async function restartUnderFollowers(scene: Scene, followerCount: number): Promise<void> {
  const { stage, cases, watch, random, complain } = scene
  const followers: { readonly seed: number; readonly follower: Follower }[] = []
  const ends: (() => void)[] = []
  const ofEach = Math.ceil(followerCount / cases.length)
  for (const { seed, workspace, runId } of cases) {
    const run = { apiUrl: stage.apiUrl, token: workspace.token, runId: globalIdOf('SyncRun', runId) }
    for (let index = 0; index < ofEach; index++) {
      const transport = transports[index % transports.length] ?? 'WebSocket'
      if (index % notReading === 0) ends.push(followWithoutReading(index / notReading, run))
      else followers.push({ seed, follower: followRun(transport, run) })
    }
  }
  await scene.untilUnderWay()
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await random.pause(300, 1_500)
    const { code, lastLine } = await restart(scene, signal)
    if (signal === 'SIGTERM' && code !== 0) complain(`on SIGTERM the API ended with code ${code}: ${lastLine}`)
  }
  await until('the runs end', () => watch.allEnded, { withinMs: 240_000 })
  let open = followers.length
  for (const { follower } of followers) void follower.done.then(() => open--)
  await until('every follower was told of the end', () => open === 0, { withinMs: 120_000 }).catch((error: Error) =>
    complain(`B70: ${open} of ${followers.length} followers: ${error.message}`),
  )
  for (const end of ends) end()
  const told = new Set<string>()
  for (const { seed, follower } of followers) {
    follower.stop()
    for (const what of judgeFollower(follower.followed)) {
      // Hundreds of followers see the same violation.
      if (told.has(`${seed} ${what}`)) continue
      told.add(`${seed} ${what}`)
      complain(what, seed)
    }
  }
}

async function restart({ stage }: Scene, signal: NodeJS.Signals) {
  const { api } = stage
  const { code } = await api.end(signal)
  await stage.startApi()
  return { code, lastLine: api.lastLines().at(-1) ?? '' }
}

const scenario = (followerCount: number, more: Partial<Scenario> = {}): Scenario => ({
  name: `${followerCount} followers, a tenth of which do not read; the API ends by SIGTERM and by SIGKILL`,
  stage: { broker: 'redis', workers: 1 },
  together: 5,
  play: (stage, seeds) =>
    playDisturbedRuns(stage, seeds, {
      latencyMs: [150, 350],
      followed: false,
      disturb: (scene) => restartUnderFollowers(scene, followerCount),
    }),
  ...more,
})

export const restartedApi: Fault = {
  id: 'F10',
  title: 'the API restarted under its followers',
  scenarios: ({ redis }) => (redis === null ? [] : [scenario(500, { isInCi: false }), scenario(100)]),
}
