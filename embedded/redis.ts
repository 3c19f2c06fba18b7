import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findOnPath } from './find-on-path.ts'
import type { Guardian } from './guardian.ts'
import { PieceFailedError } from './piece-failed-error.ts'
import { freePort, startServer, untilReady } from './server-process.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

export interface RedisOptions {
  /** URL of one that has ended and that this one replaces. */
  readonly at?: string
  /** Lines of its configuration, in addition to those of every private Redis. */
  readonly settings?: readonly string[]
}

/** Finds the server on the PATH. Null if neither Redis nor Valkey is installed. */
export async function findRedis(): Promise<string | null> {
  return (await findOnPath('redis-server')) ?? (await findOnPath('valkey-server'))
}

/** Starts a private Redis that keeps nothing on disk, or returns null if neither Redis nor Valkey is installed. */
export async function startRedis(folder: string, guardian: Guardian, { at, settings = [] }: RedisOptions = {}) {
  const program = await findRedis()
  if (program === null) return null
  const before = at === undefined ? null : new URL(at)
  const port = before === null ? await freePort() : Number(before.port)
  const password = before?.password ?? randomBytes(24).toString('hex')
  const logFile = join(folder, `redis-${port}.log`)
  const url = `redis://:${password}@127.0.0.1:${port}`
  try {
    const server = await startServer({
      program,
      args: ['-'],
      // On standard input, since other users can read a command line.
      input: `port ${port}\nbind 127.0.0.1\nrequirepass ${password}\nsave ""\nappendonly no\n${settings.join('\n')}\n`,
      logFile,
      user: unprivilegedUser(),
      guardian,
    })
    await untilReady(server, () => ping(url), logFile, 10_000).catch(async (error) => {
      await server.stop()
      throw error
    })
    return { url, server }
  } catch (error) {
    throw new PieceFailedError('Redis', (error as Error).message, {
      remedy: `Set REDIS_URL to a running Redis, or take ${program} off the PATH to let PostgreSQL carry the queue.`,
      cause: error,
    })
  }
}

async function ping(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.ping()
  } finally {
    client.disconnect()
  }
}
