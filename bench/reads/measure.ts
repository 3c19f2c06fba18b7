import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { nextMessage } from '../next-message.ts'
import { cpuSecondsOf, residentMbOf } from '../process-usage.ts'
import type { Answers, Load } from './load.ts'
import { connectionsOf, type QueryName } from './queries.ts'
import type { Server } from './servers.ts'
import type { Stage } from './stage.ts'

/** The results of a server for one query. */
export interface Measured {
  readonly perSecond: number
  /** Microseconds of CPU per request. */
  readonly nodeUs: number
  /** Null if this process did not start PostgreSQL. */
  readonly postgresUs: number | null
  readonly memoryMb: number
}

export interface LoadClient {
  send(load: Load): Promise<Answers>
  stop(): Promise<void>
}

export async function startLoadClient(): Promise<LoadClient> {
  const script = fileURLToPath(new URL('load.ts', import.meta.url))
  const child = fork(script, { execArgv: ['--import', 'tsx'] })
  await nextMessage(child)
  return {
    send: async (load) => {
      const answered = nextMessage(child)
      child.send(load)
      return (await answered) as Answers
    },
    stop: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

/** One round of a query against one server. */
export async function measure(
  client: LoadClient,
  { token, postgresPid, variants }: Pick<Stage, 'token' | 'postgresPid' | 'variants'>,
  server: Server,
  query: QueryName,
  seconds: number,
): Promise<Measured> {
  const { pid } = server.process
  const bodies = variants[query].map((asked) => server.bodyOf(query, asked as never))
  const load = { origin: server.origin, path: server.path, token, bodies, connections: connectionsOf(query) }
  const databaseCpu = () => (postgresPid === null ? 0 : cpuSecondsOf(postgresPid))
  const before = { node: cpuSecondsOf(pid), postgres: databaseCpu() }
  const { count, seconds: took } = await client.send({ ...load, seconds })
  return {
    perSecond: count / took,
    nodeUs: ((cpuSecondsOf(pid) - before.node) * 1e6) / count,
    postgresUs: postgresPid === null ? null : ((databaseCpu() - before.postgres) * 1e6) / count,
    memoryMb: residentMbOf(pid),
  }
}

/** The median of each value. */
export function medianOf(rounds: readonly Measured[]): Measured {
  const of = (value: (measured: Measured) => number) => median(rounds.map(value))
  return {
    perSecond: of(({ perSecond }) => perSecond),
    nodeUs: of(({ nodeUs }) => nodeUs),
    postgresUs: rounds.some(({ postgresUs }) => postgresUs === null) ? null : of(({ postgresUs }) => postgresUs ?? 0),
    memoryMb: of(({ memoryMb }) => memoryMb),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
