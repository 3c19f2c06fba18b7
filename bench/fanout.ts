import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type RawServer, startRawServer, startSubscribers } from './fanout/children.ts'
import { type Delivered, momentPattern, type Wire } from './fanout/messages.ts'
import { openStage, type Stage, type Subject } from './fanout/stage.ts'
import { cpuSecondsOf, residentMbOf } from './process-usage.ts'

/** Upper bounds. The first two are relative to a raw broadcast of the same bytes in the same run. */
const bounds = { p99: 2.5, cpu: 1.5, statementsPerSecond: 10, kilobytesEach: 40 }

const eventsPerSecond = 10
/** Maximum time between the last event and its arrival. */
const patienceMs = 30_000
const idleMs = 10_000

const { subscribers, seconds, wire, only } = new Command('npm run bench:fanout --')
  .description('Has many subscribers told 10 events a second, and compares with a raw broadcast of the same bytes.')
  .option('--subscribers <number>', 'subscribers at once', wholeNumber, 2_000)
  .option('--seconds <number>', 'how long events come', wholeNumber, 10)
  .addOption(new Option('--wire <name>', 'this transport alone').choices(['graphql-ws', 'SSE']))
  .option('--only <text>', 'subjects whose name holds this text', '')
  .parse()
  .opts<{ subscribers: number; seconds: number; wire?: Wire; only: string }>()

const events = seconds * eventsPerSecond

const stage = await openStage()
const raw = await startRawServer()
try {
  console.log(`${subscribers} subscribers, ${eventsPerSecond} events a second for ${seconds} s, then up to 30 s more\n`)
  for (const { name, open } of stage.subjects.filter((subject) => subject.name.includes(only))) {
    for (const transport of wire === undefined ? (['graphql-ws', 'SSE'] as const) : [wire]) {
      const subject = await open()
      const ours = await measureOurs(stage, subject, transport)
      const sample = ours.delivered.sample
      const broadcast = await measureRaw(raw, sample)
      show(`${name}, ${transport}`, subject, ours, broadcast)
    }
  }
} finally {
  await raw.stop()
  await stage.close()
}

interface Measured {
  readonly delivered: Delivered
  /** Seconds from the first event until everything had arrived or the time was up. */
  readonly took: number
  readonly cpuSeconds: number
}

interface Ours extends Measured {
  readonly databaseCpuSeconds: number
  readonly idleStatements: number
  readonly idleCpu: number
  readonly idleKilobytes: number
  readonly memoryMb: number
}

/** Uses a fresh process for each measurement, since memory is compared with its start. */
async function measureOurs({ startApi, token, postgresPid, statements }: Stage, subject: Subject, transport: Wire) {
  const api = await startApi()
  try {
    const { operation } = subject
    const url = transport === 'SSE' ? `${api.url}/graphql` : `${api.url.replace('http', 'ws')}/graphql`
    const connect = { url, wire: transport, token, operation }
    const few = await startSubscribers({ ...connect, subscribers: 50 })
    await sleep(1_000)
    await few.stop()
    await sleep(1_000)
    const memoryBefore = residentMbOf(api.pid)
    // Statements at rest: those of the processes, and those of this one for counting.
    const [restBefore, restMs] = [await statements(), 5_000]
    await sleep(restMs)
    const restStatements = (((await statements()) - restBefore) * 1_000) / restMs

    const all = await startSubscribers({ ...connect, subscribers })
    try {
      // PostgreSQL's sessions report their statistics within ten seconds. Until then, the count is too low.
      await sleep(12_000)
      const [statementsBefore, idleCpuBefore] = [await statements(), cpuSecondsOf(api.pid)]
      await sleep(idleMs)
      const idleStatements = (((await statements()) - statementsBefore) * 1_000) / idleMs - restStatements
      const idleCpu = ((cpuSecondsOf(api.pid) - idleCpuBefore) * 1_000) / idleMs
      const idleKilobytes = ((residentMbOf(api.pid) - memoryBefore) * 1_024) / subscribers
      await all.begin(subject.lastOf(events))
      const databaseCpuBefore = postgresPid === null ? 0 : cpuSecondsOf(postgresPid)
      const measured = await measure(
        api.pid,
        (number, isLast) => subject.write(number, isLast),
        () => all.report(),
      )
      const databaseCpuSeconds = postgresPid === null ? 0 : cpuSecondsOf(postgresPid) - databaseCpuBefore
      const memoryMb = residentMbOf(api.pid)
      return { ...measured, databaseCpuSeconds, idleStatements, idleCpu, idleKilobytes, memoryMb }
    } finally {
      await all.stop()
    }
  } finally {
    await api.stop()
  }
}

async function measureRaw({ url, pid, broadcast }: RawServer, sample: string): Promise<Measured> {
  const all = await startSubscribers({ url, wire: 'raw ws', token: '', subscribers })
  try {
    await sleep(2_000)
    const lastMark = 'LAST-EVENT'
    await all.begin(lastMark)
    const write = async (_number: number, isLast: boolean) => {
      const message = sample.replace(momentPattern, () => `"at":"${new Date().toISOString()}"`)
      // The mark replaces other characters, so that the length stays the same.
      broadcast(isLast ? `${lastMark}${message.slice(lastMark.length)}` : message)
    }
    return await measure(pid, write, () => all.report())
  } finally {
    await all.stop()
  }
}

/** Writes the events on schedule, however long each write takes, and waits until they have arrived. */
async function measure(
  pid: number,
  write: (number: number, isLast: boolean) => Promise<void>,
  report: () => Promise<Delivered>,
): Promise<Measured> {
  const cpuBefore = cpuSecondsOf(pid)
  const began = performance.now()
  for (let number = 0; number < events; number++) {
    await sleep(Math.max(0, began + (number * 1_000) / eventsPerSecond - performance.now()))
    await write(number, number === events - 1)
  }
  const deadline = performance.now() + patienceMs
  let delivered = await report()
  while (delivered.withLast < subscribers && performance.now() < deadline) {
    await sleep(250)
    delivered = await report()
  }
  return { delivered, took: (performance.now() - began) / 1_000, cpuSeconds: cpuSecondsOf(pid) - cpuBefore }
}

function show(name: string, { ends }: Subject, ours: Ours, broadcast: Measured): void {
  const { delivered } = ours
  const share = delivered.events / (events * subscribers)
  const p99 = quantile(delivered.latencies, 0.99)
  const rawP99 = quantile(broadcast.delivered.latencies, 0.99)
  const cpu = ours.cpuSeconds / broadcast.cpuSeconds
  const isMet = [
    delivered.withLast >= subscribers && (ends || share >= 1),
    p99 <= bounds.p99 * rawP99,
    cpu <= bounds.cpu,
    ours.idleStatements <= bounds.statementsPerSecond,
    ours.idleKilobytes <= bounds.kilobytesEach,
  ].every(Boolean)
  const lines = [
    ['delivered', `${(share * 100).toFixed(1)} %, the last event to ${percent(delivered.withLast)} %`],
    ...(ends ? [['completed', `${percent(delivered.completed)} %`]] : []),
    ['took', `${ours.took.toFixed(1)} s, raw ${broadcast.took.toFixed(1)} s; ${ours.delivered.lost} connections lost`],
    [
      'p50, p99',
      `${quantile(delivered.latencies, 0.5)}, ${p99} ms; raw ${quantile(broadcast.delivered.latencies, 0.5)}, ${rawP99} ms`,
    ],
    ['p99 : raw', `${(p99 / rawP99).toFixed(2)} (bound ${bounds.p99})`],
    [
      'server CPU',
      `${ours.cpuSeconds.toFixed(2)} s; raw ${broadcast.cpuSeconds.toFixed(2)} s; PostgreSQL ${ours.databaseCpuSeconds.toFixed(2)} s`,
    ],
    ['server CPU : raw', `${cpu.toFixed(2)} (bound ${bounds.cpu})`],
    [
      'idle',
      `${ours.idleStatements.toFixed(1)} statements/s (bound ${bounds.statementsPerSecond}), CPU ${(ours.idleCpu * 100).toFixed(1)} %`,
    ],
    [
      'memory',
      `${ours.idleKilobytes.toFixed(1)} KB per idle subscriber (bound ${bounds.kilobytesEach}); ${Math.round(ours.memoryMb)} MB in the end`,
    ],
    ['message', `${delivered.sample.length} characters`],
  ]
  console.log(`${name}: ${isMet ? 'met' : 'not met'}`)
  for (const [label = '', text = ''] of lines) console.log(`  ${label.padEnd(18)}${text}`)
  console.log()
  if (!isMet) process.exitCode = 1
}

function percent(count: number): string {
  return ((count * 100) / subscribers).toFixed(1)
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1 && number <= 20_000) return number
  throw new InvalidArgumentError('It must be a whole number from 1 to 20000.')
}
