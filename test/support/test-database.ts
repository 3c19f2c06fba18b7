import { inject } from 'vitest'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { cleanUp } from './clean-up.ts'
import { administer, databaseUrlOf } from './database-server.ts'
import { keepSpareDatabase, type OpenDatabase, takeSpareDatabase } from './spare-databases.ts'
import { waitFor } from './wait-for.ts'

export interface TestDatabase extends Database {
  readonly url: string
}

let count = 0

/**
 * An empty, migrated database that nobody else uses until the test is over (or the file, if it is called outside a
 * test). Fails the test if somebody is still connected then.
 */
export async function createTestDatabase({
  resultCharacters,
}: {
  readonly resultCharacters?: number
} = {}): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl')
  const settings = JSON.stringify({ resultCharacters })
  const open = takeSpareDatabase(settings) ?? (await openNewDatabase(serverUrl, settings, resultCharacters))
  const { name, url, database } = open
  cleanUp(async () => {
    // Connections of a process that was just killed end a moment later.
    const leak = await waitFor(async () => (await connectionsTo(serverUrl, name)).length === 0, {
      timeoutMs: 60_000,
    }).then(
      () => null,
      () => connectionsTo(serverUrl, name),
    )
    if (leak === null && (await keepSpareDatabase(open))) return
    await database.close()
    await administer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`)
    if (leak)
      throw new Error(`connections to the test's database were left open; the last statements: ${leak.join('; ')}`)
  })
  return Object.assign(database, { url })
}

async function openNewDatabase(
  serverUrl: string,
  settings: string,
  resultCharacters: number | undefined,
): Promise<OpenDatabase> {
  const name = `${inject('runName')}_${process.pid}_${++count}`
  await administer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${inject('templateName')}`)
  const url = databaseUrlOf(serverUrl, name)
  const own = new URL(url)
  own.searchParams.set('application_name', ownConnections)
  const database = openDatabase(own.href, { connections: 5, resultCharacters })
  return { name, url, database, settings }
}

/** The last statements of connections to the database other than those that were opened with it. */
async function connectionsTo(serverUrl: string, name: string): Promise<string[]> {
  const { rows } = await administer(
    serverUrl,
    'SELECT query FROM pg_stat_activity WHERE datname = $1 AND application_name <> $2',
    [name, ownConnections],
  )
  return rows.map((row: { query: string }) => row.query)
}

const ownConnections = 'opened with the test'
