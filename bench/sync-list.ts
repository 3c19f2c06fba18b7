import { openGraphQLClient } from '../client/graphql-client.ts'
import { connectHubSpot } from '../demo/connect-hubspot.ts'
import { type Run, startAndWatch } from '../demo/follow-run.ts'
import { chooseWhatToSync } from '../demo/set-up.ts'
import type { Product } from '../embedded/product.ts'
import { cpuSecondsOf, residentMbOf } from './process-usage.ts'

export interface Sync {
  readonly contactsPerSecond: number
  /** Peak resident memory of the worker. */
  readonly peakMb: number
  /** Peak memory in each quarter of the run. Memory does not grow if the last value is not higher than the second. */
  readonly quarterMb: readonly number[]
  /** Microseconds of CPU time per contact, by process. This cost does not depend on the load of the machine. */
  readonly cpuUs: Readonly<Record<string, number>>
}

/** Syncs the seeded list into an empty store, and then the same list again. */
export async function measureSyncs(product: Product): Promise<[first: Sync, again: Sync]> {
  const client = openGraphQLClient(product.apiUrl, product.workspace.token)
  try {
    await connectHubSpot(client)
    await chooseWhatToSync(client)
    const measure = () => measureOne(product, () => startAndWatch(client))
    return [await measure(), await measure()]
  } finally {
    await client.close()
  }
}

async function measureOne({ worker, pids }: Product, sync: () => AsyncIterable<Run>): Promise<Sync> {
  const samples: number[] = []
  const sampling = setInterval(() => samples.push(residentMbOf(worker.pid)), 100)
  const cpuBefore = cpuOf(pids)
  let last: Run | null = null
  try {
    for await (const run of sync()) last = run
  } finally {
    clearInterval(sampling)
  }
  if (last?.startedAt == null || last.finishedAt == null) throw new Error('The run did not end.')
  if (!last.status.startsWith('COMPLETED')) throw new Error(`The run ended ${last.status}: ${last.failure?.message}`)
  const seconds = (Date.parse(last.finishedAt) - Date.parse(last.startedAt)) / 1_000
  const { processed } = last.progress
  return {
    contactsPerSecond: processed / seconds,
    peakMb: Math.max(...samples),
    quarterMb: [0, 1, 2, 3].map((quarter) => highestOfQuarter(samples, quarter)),
    cpuUs: Object.fromEntries(
      Object.entries(cpuOf(pids)).map(([name, used]) => [name, ((used - (cpuBefore[name] ?? 0)) / processed) * 1e6]),
    ),
  }
}

function cpuOf(pids: Product['pids']): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSecondsOf(pid)]))
}

function highestOfQuarter(samples: readonly number[], quarter: number): number {
  const length = Math.ceil(samples.length / 4)
  return Math.max(0, ...samples.slice(quarter * length, (quarter + 1) * length))
}
