// `npm run bench:start`: what a process costs before it has done anything.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type ManagedProcess, startScript } from '../embedded/processes.ts'
import { environmentFor } from '../embedded/product.ts'
import { type Stack, startStack } from '../embedded/stack.ts'
import { startSimulator } from '../simulator/index.ts'
import { cpuSecondsOf, residentMbOf } from './process-usage.ts'

/** CPU time until a process is ready, as a multiple of that of an empty Node process; and memory at rest in MB. */
const bounds = { serve: { ratio: 10, mb: 120 }, work: { ratio: 10, mb: 100 } }

/** The load of the machine adds to each measurement, so the lowest is the best. */
const starts = 5
/** By then, each loop of a worker has run, and V8 has settled. */
const restMs = 12_000

const installation = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(`${installation}dist/serve.js`)) throw new Error('There is no dist/. Run `npm run build` first.')

const stack = await startStack({ redisUrl: process.env.REDIS_URL })
const simulator = await startSimulator({ portals: [{ empty: true }] })
try {
  const empty = lowest(Array.from({ length: starts }, emptyNodeSeconds))
  console.log(`empty Node     ${Math.round(empty * 1000)} ms of CPU`)
  for (const name of ['serve', 'work'] as const) {
    const cpu: number[] = []
    for (let index = 0; index < starts; index++) {
      const { started, seconds } = await startOnce(name, stack)
      cpu.push(seconds)
      if (index === starts - 1) await sleep(restMs)
      const mb = residentMbOf(started.pid)
      await started.stop()
      if (index === starts - 1) report(name, lowest(cpu), empty, mb)
    }
  }
} finally {
  await simulator.close()
  await stack.stop()
}

async function startOnce(
  name: 'serve' | 'work',
  { guardian }: Stack,
): Promise<{ started: ManagedProcess; seconds: number }> {
  const env = { ...environmentFor(stack, simulator), PORT: '0' }
  const started = await startScript(`dist/${name}.js`, env, { installation, guardian })
  await started.untilLine((line) => / ready"/.test(line))
  return { started, seconds: cpuSecondsOf(started.pid) }
}

/** The process reports its own use, at the end of its only statement. */
function emptyNodeSeconds(): number {
  const script = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1e6)'
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))
}

function report(name: 'serve' | 'work', seconds: number, empty: number, mb: number): void {
  const ratio = seconds / empty
  const bound = bounds[name]
  const parts = [
    `${Math.round(seconds * 1000)} ms of CPU until ready`,
    `${ratio.toFixed(1)} x empty, bound ${bound.ratio} ${verdict(ratio <= bound.ratio)}`,
    `at rest ${Math.round(mb)} MB, bound ${bound.mb} ${verdict(mb <= bound.mb)}`,
  ]
  console.log(`${name.padEnd(15)}${parts.join('   ')}`)
}

function lowest(values: readonly number[]): number {
  return Math.min(...values)
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'not met'
}
