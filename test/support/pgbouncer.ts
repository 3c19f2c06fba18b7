import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { findOnPath } from '../../embedded/find-on-path.ts'
import type { Guardian } from '../../embedded/guardian.ts'
import { freePort, startServer, untilReady } from '../../embedded/server-process.ts'
import { giveTo, unprivilegedUser } from '../../embedded/unprivileged-user.ts'

export interface PgBouncerOptions {
  /** A folder for its files, which its user may read. */
  readonly folder: string
  readonly guardian: Guardian
  /** URL of the database that it leads to, with user and password. */
  readonly databaseUrl: string
  readonly mode: 'session' | 'transaction'
  /** Further lines of its configuration. */
  readonly settings?: readonly string[]
}

/** Finds the program on the PATH or among those of the system. Null if it is not installed. */
export async function findPgBouncer(): Promise<string | null> {
  return findOnPath('pgbouncer', ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'])
}

/** Starts a PgBouncer in front of a database. */
export async function startPgBouncer({ folder, guardian, databaseUrl, mode, settings = [] }: PgBouncerOptions) {
  const program = await findPgBouncer()
  if (program === null) throw new Error('pgbouncer is not installed')
  const target = new URL(databaseUrl)
  const [user, password] = [target.username, target.password].map(decodeURIComponent)
  const port = await freePort()
  const file = (name: string) => join(folder, `pgbouncer-${port}${name}`)
  const to = `host=${target.hostname} port=${target.port || 5432} user=${user} password=${password}`
  await writeFile(file('.users'), `"${user}" "${password}"\n`)
  await writeFile(
    file('.ini'),
    [
      '[databases]',
      `* = ${to}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = plain',
      `auth_file = ${file('.users')}`,
      `pool_mode = ${mode}`,
      'default_pool_size = 20',
      'max_client_conn = 300',
      ...settings,
      '',
    ].join('\n'),
  )
  for (const name of ['.users', '.ini']) await giveTo(unprivilegedUser(), file(name))
  const logFile = file('.log')
  const server = await startServer({ program, args: [file('.ini')], logFile, user: unprivilegedUser(), guardian })
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  await untilReady(server, () => probe(url.href), logFile)
  return { url: url.href, stop: () => server.stop() }
}

async function probe(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
  } finally {
    await client.end().catch(() => {})
  }
}
