import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ManagedProcess, startProcess, startScript } from '../../embedded/processes.ts'
import { type Normalise, normaliseShape } from './answers.ts'
import { normalisePostgraphile, postgraphileDocuments, postgraphileVariables } from './postgraphile-documents.ts'
import { profilerEnv } from './profile.ts'
import { type Asked, accountGlobalId, documents, type QueryName } from './queries.ts'
import type { Stage } from './stage.ts'

/** A server under comparison. */
export interface Server {
  readonly name: string
  readonly origin: string
  readonly path: string
  readonly process: ManagedProcess
  bodyOf<Q extends QueryName>(query: Q, asked: Asked[Q]): string
  readonly normalise: Normalise
}

export const productName = 'product'

/** The product, and all peers whose name is in `only`, or all where it is empty. */
export async function startServers(stage: Stage, only: readonly string[]): Promise<Server[]> {
  const { env, guardian, workspaceId } = stage
  const startPeer = async (script: string) => {
    const child = await startScript(script, env, { guardian })
    const line = await child.untilLine((text) => text.startsWith('listening on '))
    return { process: child, origin: `http://127.0.0.1:${line.slice('listening on '.length)}` }
  }
  const sameShape: Server['bodyOf'] = (query, asked) => JSON.stringify({ query: documents[query], variables: asked })
  const starts: Readonly<Record<string, () => Promise<Server>>> = {
    [productName]: async () => {
      const api = await startProcess('serve', { ...env, ...profilerEnv }, { guardian })
      const bodyOf: Server['bodyOf'] = (query, asked) =>
        sameShape(query, 'accountId' in asked ? { ...asked, accountId: accountGlobalId(asked.accountId) } : asked)
      return { name: productName, process: api, origin: api.url, path: '/graphql', bodyOf, normalise: normaliseShape }
    },
    'raw SQL': async () => ({
      name: 'raw SQL',
      ...(await startPeer('bench/reads/raw-server.ts')),
      path: '/',
      bodyOf: (query, variables) => JSON.stringify({ query, variables }),
      normalise: normaliseShape,
    }),
    Mercurius: async () => ({
      name: 'Mercurius',
      ...(await startPeer('bench/peers/mercurius.ts')),
      path: '/graphql',
      bodyOf: sameShape,
      normalise: normaliseShape,
    }),
    PostGraphile: async () => ({
      name: 'PostGraphile',
      ...(await startPeer('bench/peers/postgraphile.ts')),
      path: '/graphql',
      bodyOf: (query, asked) =>
        JSON.stringify({
          query: postgraphileDocuments[query],
          variables: postgraphileVariables(asked, workspaceId),
        }),
      normalise: normalisePostgraphile,
    }),
    'Pothos-Prisma': async () => ({
      name: 'Pothos-Prisma',
      ...(await startPeer('bench/reads/pothos-server.ts')),
      path: '/graphql',
      bodyOf: sameShape,
      normalise: normaliseShape,
    }),
  }
  const servers: Server[] = []
  for (const [name, start] of Object.entries(starts)) {
    if (name === productName || only.length === 0 || only.includes(name)) servers.push(await start())
  }
  return servers
}

/** Throws if the packages of the peers are not installed. */
export function requirePeers(): void {
  if (existsSync(fileURLToPath(new URL('../peers/node_modules/mercurius', import.meta.url)))) return
  throw new Error('The servers to compare with are not installed. Run: npm ci --prefix bench/peers')
}
