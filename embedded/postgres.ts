import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Guardian } from './guardian.ts'
import { settleLeftover } from './leftover-postgres.ts'
import { PieceFailedError } from './piece-failed-error.ts'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { freePort, type ServerProcess, startServer, untilReady } from './server-process.ts'
import { giveTo, isReachableByAll, type User, unprivilegedUser } from './unprivileged-user.ts'

export interface EmbeddedPostgres {
  readonly url: string
  readonly server: ServerProcess
}

const databaseName = 'contact_sync'
const remedy = 'Start a PostgreSQL of your own and set DATABASE_URL, or correct the cause above.'

export interface PostgresOptions {
  /** True if the data must survive a crash of the machine. It survives kill -9 either way. */
  readonly isLasting: boolean
  readonly guardian: Guardian
  /** Default: a free port. */
  readonly port?: number
  /** `name=value`, after the settings of every embedded server. */
  readonly settings?: readonly string[]
  /** Runs the program in another way, for example in a separate mount namespace. */
  readonly launch?: (program: string, args: readonly string[], user: User | null) => Launch
}

export interface Launch {
  readonly program: string
  readonly args: readonly string[]
  readonly user: User | null
}

/**
 * Starts the PostgreSQL that npm installed, with its data below `folder`. The folder is created if it is missing, and
 * reused the next time.
 */
export async function startPostgres(folder: string, options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { guardian } = options
  const user = unprivilegedUser()
  try {
    await mkdir(folder, { recursive: true })
    if (user !== null && !(await isReachableByAll(folder))) {
      throw new Error(`it cannot run as root, and other users may not enter ${folder} or a folder above it`)
    }
    const binaries = await findPostgresBinaries(folder, user)
    const cluster = join(folder, 'postgres')
    await settleLeftover(cluster, join(folder, 'guardian.pid'))
    await writeFile(join(folder, 'guardian.pid'), String(guardian.pid))
    const password = await createCluster(binaries, cluster, join(folder, 'postgres-password'), user)
    return await startOnFreePort(binaries, cluster, password, { ...options, user })
  } catch (error) {
    if (error instanceof PieceFailedError) throw error
    throw new PieceFailedError('PostgreSQL', (error as Error).message, { remedy, cause: error })
  }
}

/** Creates the cluster's files unless they exist. Returns the password: without one, every local user could connect. */
async function createCluster(binaries: PostgresBinaries, cluster: string, passwordFile: string, user: User | null) {
  if (await exists(cluster)) return readFile(passwordFile, 'utf8')
  const password = randomBytes(24).toString('base64url')
  // Created under another name first, so that a half-created cluster of an interrupted start is never taken for a
  // complete one.
  const unfinished = `${cluster}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await giveTo(user, unfinished)
  await writeFile(passwordFile, password, { mode: 0o600 })
  await giveTo(user, passwordFile)
  const args = [
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--username=postgres',
    '--encoding=UTF8',
    '--no-sync',
  ]
  // The built-in locale sorts and folds case in the same way on every machine, whatever locales are installed there.
  args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8')
  await promisify(execFile)(binaries.initdb, [...args, '-D', unfinished], { ...user, cwd: '/' })
  await rename(unfinished, cluster)
  return password
}

interface StartOptions extends PostgresOptions {
  readonly user: User | null
}

async function startOnFreePort(binaries: PostgresBinaries, cluster: string, password: string, options: StartOptions) {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      'unix_socket_directories=',
      'max_connections=300',
      // Memory is taken as it is filled. With the standard 128 MB, a sync of 100,000 contacts keeps writing pages out
      // and reading them back.
      'shared_buffers=512MB',
    ]
    if (!options.isLasting) settings.push('fsync=off', 'full_page_writes=off', 'synchronous_commit=off')
    settings.push(...(options.settings ?? []))
    const logFile = `${cluster}.log`
    const args = ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])]
    const { launch = (program, given, user) => ({ program, args: given, user }) } = options
    const server = await startServer({
      ...launch(binaries.postgres, args, options.user),
      logFile,
      guardian: options.guardian,
    })
    const urlOf = (database: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`
    try {
      await untilReady(server, () => ensureDatabase(urlOf('postgres')), logFile)
      return { url: urlOf(databaseName), server }
    } catch (error) {
      // Another program may have taken the port, or processes of a crashed predecessor may still be running.
      const isWorthAnotherTry = server.hasExited && attempt < 5
      await server.stop()
      if (!isWorthAnotherTry) throw error
      await sleep(attempt * 200)
    }
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`)
  } finally {
    await client.end().catch(() => {})
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
