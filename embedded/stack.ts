import { chmod, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../src/database/migrate.ts'
import { type Guardian, startGuardian } from './guardian.ts'
import { PieceFailedError } from './piece-failed-error.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'
import type { ServerProcess } from './server-process.ts'

export interface StackOptions {
  /**
   * Folder in which PostgreSQL keeps its data between starts; null for a temporary folder, which is removed at the end.
   */
  readonly dataDir?: string | null
  /** A database to use instead of starting one. */
  readonly databaseUrl?: string
  /** A Redis to use instead of looking for one on the PATH. */
  readonly redisUrl?: string
  /** `none` does not use Redis even if it is installed. */
  readonly redis?: 'auto' | 'none'
  /** False leaves the database's schema as it is. Otherwise it is brought up to date. */
  readonly migrated?: boolean
}

/** The servers that the API and the worker need, ready and migrated. */
export interface Stack {
  readonly databaseUrl: string
  /** Null if PostgreSQL carries the queue too. */
  readonly redisUrl: string | null
  /** Servers that were started for this stack. Servers of others are not listed. */
  readonly servers: readonly ServerProcess[]
  /** Folder of PostgreSQL's data and the logs. */
  readonly folder: string
  /**
   * Ends everything that this process started when this process is gone. Other processes that are started can be added
   * to it.
   */
  readonly guardian: Guardian
  /**
   * Stops everything that was started, and removes a temporary folder. The same happens when this process ends in any
   * way.
   */
  stop(): Promise<void>
}

/** Starts what was not given. Throws PieceFailedError after stopping everything again. */
export async function startStack({
  dataDir = null,
  databaseUrl,
  redisUrl,
  redis = 'auto',
  migrated = true,
}: StackOptions = {}): Promise<Stack> {
  const guardian = startGuardian()
  const servers: ServerProcess[] = []
  const stop = async () => {
    for (const server of servers.toReversed()) await server.stop()
    await guardian.dismiss()
  }
  const keep = <S extends { url: string; server: ServerProcess } | null>(started: S) => {
    if (started !== null) servers.push(started.server)
    return started
  }
  try {
    const folder = await makeFolder(dataDir)
    if (dataDir === null) guardian.removeAtEnd(folder)
    const postgres = databaseUrl ? null : keep(await startPostgres(folder, { isLasting: dataDir !== null, guardian }))
    const ownRedis = redisUrl || redis === 'none' ? null : keep(await startRedis(folder, guardian))
    const stack: Stack = {
      databaseUrl: databaseUrl || (postgres?.url ?? ''),
      redisUrl: redisUrl || (ownRedis?.url ?? null),
      servers,
      folder,
      guardian,
      stop,
    }
    if (migrated) await bringUpToDate(stack.databaseUrl)
    return stack
  } catch (error) {
    await stop()
    throw error
  }
}

async function bringUpToDate(databaseUrl: string): Promise<void> {
  await migrate(databaseUrl).catch((error: Error) => {
    throw new PieceFailedError(`The database at ${new URL(databaseUrl).host}`, error.message || error.name, {
      remedy: 'Correct DATABASE_URL, or unset it to have a PostgreSQL started for you.',
      cause: error,
    })
  })
}

async function makeFolder(dataDir: string | null): Promise<string> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'hubspot-contact-sync-')))
  const isNew = (await mkdir(folder, { recursive: true })) !== undefined || dataDir === null
  // As root, PostgreSQL runs as another user, who has to be able to enter the folder.
  if (isNew) await chmod(folder, 0o755)
  return folder
}
