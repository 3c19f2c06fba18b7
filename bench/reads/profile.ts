import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Profiles a server that was started with {@link profilerEnv}. */
export const profileFile = join(tmpdir(), `bench-profile-${randomUUID()}.json`)

export const profilerEnv = {
  NODE_OPTIONS: `--import ${fileURLToPath(new URL('profile-hook.mjs', import.meta.url))}`,
  PROFILE_FILE: profileFile,
}

/** Shares of the CPU time of the server's thread by what it did, while `work` ran. */
export async function profileOf(pid: number, work: () => Promise<unknown>): Promise<ReadonlyMap<string, number>> {
  process.kill(pid, 'SIGUSR2')
  await work()
  process.kill(pid, 'SIGUSR2')
  while (!existsSync(profileFile)) await sleep(50)
  await sleep(200)
  const profile: Profiler.Profile = JSON.parse(await readFile(profileFile, 'utf8'))
  await rm(profileFile)
  return sharesOf(profile)
}

/** What the code at a place does. The first that matches counts. */
const parts: readonly (readonly [part: string, place: RegExp])[] = [
  ['garbage collection', /^\(garbage collector\)/],
  [
    'system calls: sockets to clients and to PostgreSQL',
    /^(writev|writeUtf8String|writeBuffer|dispatch|shutdown|readStart) /,
  ],
  ['PostgreSQL: pg and its parsers', /node_modules\/(pg|pg-\w+|postgres-\w+)\/|src\/database\//],
  ['Prisma', /node_modules\/@prisma\/|wasm:/],
  ['Pothos, and its plugin for Prisma', /node_modules\/@pothos\//],
  ['compiled queries', /src\/server\/compiled\//],
  ['GraphQL.js', /node_modules\/graphql\//],
  ['Yoga and Envelop', /node_modules\/(graphql-yoga|@envelop|@graphql-yoga|@whatwg-node|@graphql-tools)\//],
  ['resolvers and reads of the API', /src\/(schema|contacts|accounts|records|search|sync)\//],
  ['credentials, limits, and format of the answer', /src\/(server|auth|metrics)\//],
  ["Node's own JavaScript", /node:/],
]

function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const places = new Map(
    nodes.map(({ id, callFrame: { functionName, url } }) => [id, `${functionName || 'anonymous'} ${url}`]),
  )
  const times = new Map<string, number>()
  let all = 0
  for (const [index, id] of samples.entries()) {
    const place = places.get(id) ?? ''
    const time = timeDeltas[index] ?? 0
    if (place.startsWith('(idle)')) continue
    const part = parts.find(([, matching]) => matching.test(place))?.[0] ?? "V8's own functions, and the rest"
    times.set(part, (times.get(part) ?? 0) + time)
    all += time
  }
  return new Map([...times].map(([part, time]) => [part, time / all]))
}
