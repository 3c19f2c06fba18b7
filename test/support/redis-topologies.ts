import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import type { Guardian } from '../../embedded/guardian.ts'
import { findRedis, startRedis } from '../../embedded/redis.ts'
import { freePort, type ServerProcess, startServer } from '../../embedded/server-process.ts'
import { giveTo, unprivilegedUser } from '../../embedded/unprivileged-user.ts'
import { waitFor } from './wait-for.ts'

/** Several servers that one REDIS_URL names. */
export interface RedisTopology {
  readonly url: string
  stop(): Promise<void>
}

interface Place {
  /** A folder that the servers may write to. */
  readonly folder: string
  readonly guardian: Guardian
}

interface Node {
  readonly port: number
  readonly server: ServerProcess
}

/** Starts a Cluster of `size` primaries on this machine. */
export async function startRedisCluster({ folder, guardian }: Place, size: number): Promise<RedisTopology> {
  const password = randomBytes(12).toString('hex')
  const nodes = await startNodes(size, async (port) => {
    // By default, the port of the cluster's own messages is 10,000 higher, which may be too high.
    const own = ['cluster-enabled yes', `cluster-config-file ${join(folder, `nodes-${port}.conf`)}`]
    const settings = [`dir ${folder}`, ...own, `cluster-port ${await freePort()}`]
    return startRedis(folder, guardian, { at: urlOf(port, password), settings })
  })
  const stop = stopAll(nodes)
  try {
    const clients = nodes.map(({ port }) => connect(urlOf(port, password)))
    for (const [at, client] of clients.entries()) {
      const slots = [at, at + 1].map((part) => Math.round((16_384 * part) / size))
      await client.call('CLUSTER', 'ADDSLOTSRANGE', slots[0] ?? 0, (slots[1] ?? 0) - 1)
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1)
    }
    for (const { port } of nodes) {
      const bus =
        /(\d+)$/m.exec(String(await connectedCall(port, password, 'CONFIG', 'GET', 'cluster-port')))?.[1] ?? ''
      await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port, bus)
    }
    await waitFor(
      async () => {
        const infos = await Promise.all(clients.map((client) => client.call('CLUSTER', 'INFO')))
        return infos
          .map(String)
          .every((info) => info.includes('cluster_state:ok') && info.includes(`known_nodes:${size}`))
      },
      { timeoutMs: 60_000 },
    )
    for (const client of clients) client.disconnect()
    const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')
    return { url: `redis+cluster://:${password}@${hosts}`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

export interface RedisWithSentinel extends RedisTopology {
  /** Kills the primary. A replica takes its place within seconds. */
  killPrimary(): Promise<void>
}

/** Starts a primary, a replica, and three Sentinels that watch them. */
export async function startRedisWithSentinel({ folder, guardian }: Place): Promise<RedisWithSentinel> {
  const program = await findRedis()
  if (program === null) throw new Error('neither redis-server nor valkey-server is installed')
  const password = randomBytes(12).toString('hex')
  const nodes: Node[] = []
  const stop = stopAll(nodes)
  try {
    const common = [`dir ${folder}`, `masterauth ${password}`, 'repl-diskless-sync-delay 0']
    const start = (settings: string[]) =>
      startNodes(1, (port) => startRedis(folder, guardian, { at: urlOf(port, password), settings }))
    const [primary] = await start(common)
    if (primary === undefined) throw new Error('no primary')
    nodes.push(primary, ...(await start([...common, `replicaof 127.0.0.1 ${primary.port}`])))
    const ports: number[] = []
    for (let number = 1; number <= 3; number++) {
      const port = await freePort()
      const file = join(folder, `sentinel-${port}.conf`)
      const watch = [
        'down-after-milliseconds primary 1000',
        'failover-timeout primary 6000',
        `auth-pass primary ${password}`,
      ]
      const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`]
      lines.push(`sentinel monitor primary 127.0.0.1 ${primary.port} 2`, ...watch.map((line) => `sentinel ${line}`))
      await writeFile(file, `${lines.join('\n')}\n`)
      await giveTo(unprivilegedUser(), file)
      const user = unprivilegedUser()
      const server = await startServer({ program, args: [file, '--sentinel'], logFile: `${file}.log`, user, guardian })
      nodes.push({ port, server })
      ports.push(port)
    }
    const sentinels = ports.map((port) => connect(`redis://127.0.0.1:${port}`))
    await waitFor(
      async () => {
        const answers = await Promise.all(sentinels.map((sentinel) => sentinel.call('SENTINEL', 'MASTER', 'primary')))
        return answers.every((answer) => {
          const words = answer as string[]
          const value = (name: string) => words[words.indexOf(name) + 1]
          return value('num-slaves') === '1' && value('num-other-sentinels') === '2'
        })
      },
      { timeoutMs: 60_000 },
    )
    for (const sentinel of sentinels) sentinel.disconnect()
    const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',')
    return {
      url: `redis+sentinel://:${password}@${hosts}/primary`,
      stop,
      killPrimary: async () => {
        process.kill(primary.server.pid, 'SIGKILL')
        await primary.server.exited
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Starts a Redis that accepts only TLS, and returns the file with the certificate authority of its certificate. */
export async function startRedisWithTls({
  folder,
  guardian,
}: Place): Promise<RedisTopology & { readonly caFile: string }> {
  const run = promisify(execFile)
  const file = (name: string) => join(folder, name)
  const key = (name: string) => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    file(name),
  ]
  await run('openssl', [
    'req',
    '-x509',
    ...key('ca.key'),
    '-subj',
    '/CN=test authority',
    '-out',
    file('ca.pem'),
    '-days',
    '2',
  ])
  await run('openssl', ['req', ...key('redis.key'), '-subj', '/CN=localhost', '-out', file('redis.csr')])
  await writeFile(file('san.txt'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  const signed = [
    '-CA',
    file('ca.pem'),
    '-CAkey',
    file('ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    file('san.txt'),
  ]
  await run('openssl', ['x509', '-req', '-in', file('redis.csr'), ...signed, '-out', file('redis.pem')])
  await giveTo(unprivilegedUser(), folder)
  const tlsPort = await freePort()
  const files = [
    `tls-cert-file ${file('redis.pem')}`,
    `tls-key-file ${file('redis.key')}`,
    `tls-ca-cert-file ${file('ca.pem')}`,
  ]
  const settings = [`dir ${folder}`, `tls-port ${tlsPort}`, 'tls-auth-clients no', ...files]
  const started = await startRedis(folder, guardian, { settings })
  if (started === null) throw new Error('neither redis-server nor valkey-server is installed')
  const url = new URL(started.url)
  return {
    url: `rediss://:${url.password}@localhost:${tlsPort}`,
    caFile: file('ca.pem'),
    stop: () => started.server.stop(),
  }
}

async function startNodes(size: number, start: (port: number) => ReturnType<typeof startRedis>): Promise<Node[]> {
  const nodes: Node[] = []
  while (nodes.length < size) {
    const port = await freePort()
    const started = await start(port)
    if (started === null) throw new Error('neither redis-server nor valkey-server is installed')
    nodes.push({ port, server: started.server })
  }
  return nodes
}

const urlOf = (port: number, password: string) => `redis://:${password}@127.0.0.1:${port}`

function connect(url: string): Redis {
  const redis = new Redis(url)
  redis.on('error', () => {})
  return redis
}

async function connectedCall(port: number, password: string, name: string, ...args: string[]): Promise<unknown> {
  const redis = connect(urlOf(port, password))
  try {
    return await redis.call(name, ...args)
  } finally {
    redis.disconnect()
  }
}

function stopAll(nodes: readonly Node[]): () => Promise<void> {
  return async () => {
    await Promise.all(nodes.map(({ server }) => server.stop()))
  }
}
