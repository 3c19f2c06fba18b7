import { inject } from 'vitest'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { cleanUp } from './clean-up.ts'
import { administer, databaseUrlOf } from './database-server.ts'
import { waitFor } from './wait-for.ts'

export interface TestDatabase extends Database {
  readonly url: string
}

let count = 0

/**
 * Creates an empty, migrated database for the test, and drops it when the test is over (or the file, if it is called
 * outside a test). Fails the test if somebody is still connected then.
 */
export async function createTestDatabase({
  resultCharacters,
}: {
  readonly resultCharacters?: number
} = {}): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl')
  const name = `${inject('runName')}_${process.pid}_${++count}`
  await administer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${inject('templateName')}`)
  const url = databaseUrlOf(serverUrl, name)
  const database = openDatabase(url, { connections: 5, resultCharacters })
  cleanUp(async () => {
    await database.close()
    // Connections of a process that was just killed end a moment later.
    const leak = await waitFor(() => isUnused(serverUrl, name), { timeoutMs: 60_000 }).then(
      () => null,
      () => connectionsTo(serverUrl, name),
    )
    await administer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`)
    if (leak)
      throw new Error(`connections to the test's database were left open; the last statements: ${leak.join('; ')}`)
  })
  return Object.assign(database, { url })
}

async function isUnused(serverUrl: string, name: string): Promise<boolean> {
  return (await connectionsTo(serverUrl, name)).length === 0
}

async function connectionsTo(serverUrl: string, name: string): Promise<string[]> {
  const { rows } = await administer(serverUrl, 'SELECT query FROM pg_stat_activity WHERE datname = $1', [name])
  return rows.map((row: { query: string }) => row.query)
}
