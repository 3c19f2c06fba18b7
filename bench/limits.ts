import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { pino } from 'pino'
import { type ManagedProcess, startProcess } from '../embedded/processes.ts'
import { environmentFor } from '../embedded/product.ts'
import { startStack } from '../embedded/stack.ts'
import { type Simulator, startSimulator } from '../simulator/index.ts'
import { loadEnvironment } from '../src/config/environment.ts'
import { openServices } from '../src/open-services.ts'
import { startSync } from '../src/sync/runs/control-run.ts'
import { connectWorkspace } from './portals.ts'

const portals = [101, 102, 103, 104]
const workers = 2
const callsPerTenSeconds = 110
/** HubSpot returns this many members, and this many contacts, per call. */
const perCall = { members: 250, contacts: 100 }
/** The bounds that the result has to meet. */
const bounds = { share: 0.95, callsToFloor: 1.1 }

const { contacts, latency } = new Command('npm run bench:limits --')
  .description('Two workers sync the lists of four portals that allow 110 calls per 10 seconds each.')
  .option('--contacts <number>', 'size of each list', wholeNumber, 50_000)
  .option('--latency <ms>', 'how long each answer takes: from half to one and a half times this', Number, 140)
  .parse()
  .opts<{ contacts: number; latency: number }>()

const stops: (() => Promise<unknown>)[] = []
try {
  const stack = await startStack({})
  stops.push(stack.stop)
  const simulator = await startSimulator({
    portals: portals.map((hubId) => ({
      hubId,
      seed: hubId,
      contacts,
      rateLimit: callsPerTenSeconds,
      latencyMs: [latency / 2, latency * 1.5] as const,
    })),
  })
  stops.push(simulator.close)
  const env = environmentFor(stack, simulator)
  const started: ManagedProcess[] = []
  stops.push(() => Promise.all(started.map((worker) => worker.stop())))
  for (let number = 0; number < workers; number++) {
    started.push(await startProcess('work', env, { guardian: stack.guardian }))
  }
  const services = await openServices(loadEnvironment(env), pino({ level: 'silent' }), { connections: 5 })
  stops.push(services.close)
  const viewers = await Promise.all(portals.map((hubId) => connectWorkspace(services, simulator, hubId)))
  simulator.requests.reset()

  const runs = await Promise.all(viewers.map((viewer) => startSync(services.sync, viewer)))
  const began = performance.now()
  const samples: Sample[] = []
  const ended = async () => {
    const ids = runs.map(({ id }) => id)
    return services.database.prisma.syncRun.findMany({ where: { id: { in: ids }, finishedAt: { not: null } } })
  }
  while ((await ended()).length < runs.length) {
    samples.push(sample(simulator))
    await sleep(500)
  }
  const seconds = (performance.now() - began) / 1_000
  const members = new Map((await ended()).map((run) => [run.workspaceId, run.total ?? 0]))
  show(
    samples,
    seconds,
    simulator,
    viewers.map(({ workspaceId }) => members.get(workspaceId) ?? 0),
  )
} finally {
  for (const stop of stops.reverse()) await stop()
}

interface Sample {
  readonly at: number
  /** Number of calls answered so far, by portal. */
  readonly calls: readonly number[]
}

function sample({ requests }: Simulator): Sample {
  return { at: performance.now(), calls: portals.map((hubId) => callsOf(requests.statusesOf(hubId))) }
}

function callsOf(statuses: Readonly<Record<number, number>>): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0)
}

/** The share in the steady part of a portal's run: without its first window, which starts empty, and without its end. */
function steadyShare(samples: readonly Sample[], portal: number): number {
  const callsAt = ({ calls }: Sample) => calls[portal] ?? 0
  const last = samples.at(-1)
  const end = samples.findIndex((one) => last !== undefined && callsAt(one) >= callsAt(last) - 25)
  const from = samples.find(({ at }) => at >= (samples[0]?.at ?? 0) + 12_000)
  const to = samples[end]
  if (from === undefined || to === undefined || to.at <= from.at) return Number.NaN
  return (callsAt(to) - callsAt(from)) / ((callsPerTenSeconds * (to.at - from.at)) / 10_000)
}

function show(samples: readonly Sample[], seconds: number, { requests }: Simulator, members: readonly number[]) {
  console.log(`${workers} workers, ${portals.length} portals, ${contacts} contacts each: ${seconds.toFixed(1)} s\n`)
  console.log('portal   calls    429s   of its budget   calls : floor')
  let isMet = true
  for (const [index, hubId] of portals.entries()) {
    const statuses = requests.statusesOf(hubId)
    const size = members[index] ?? 0
    const floor = Math.ceil(size / perCall.members) + Math.ceil(size / perCall.contacts)
    const calls = callsOf(statuses)
    const refused = statuses[429] ?? 0
    const share = steadyShare(samples, index)
    isMet &&= refused === 0 && share >= bounds.share && calls <= bounds.callsToFloor * floor
    const columns = [calls, refused, `${(share * 100).toFixed(1)} %`, (calls / floor).toFixed(3)]
    console.log(`${hubId}${columns.map((column) => String(column).padStart(12)).join('')}`)
  }
  console.log(
    `\nno 429, >= ${bounds.share * 100} % of each budget, <= ${bounds.callsToFloor} x floor: ${isMet ? 'met' : 'not met'}`,
  )
  if (!isMet) process.exitCode = 1
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 20_000) return number
  throw new InvalidArgumentError('It must be a whole number from 20000 on: less is over before it is steady.')
}
