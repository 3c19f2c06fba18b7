import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { cleanUp } from './clean-up.ts'
import { administer, databaseUrlOf } from './database-server.ts'

const folder = new URL('../../prisma/migrations/', import.meta.url)
let count = 0

/** Opens a new database with all migrations before the named one, and a function that applies that one. */
export async function migratedUntil(migration: string): Promise<{ client: pg.Client; apply: () => Promise<void> }> {
  const serverUrl = inject('serverUrl')
  const name = `${inject('runName')}_${process.pid}_before_${++count}`
  await administer(serverUrl, `CREATE DATABASE ${name}`)
  const client = new pg.Client(databaseUrlOf(serverUrl, name))
  await client.connect()
  cleanUp(async () => {
    await client.end()
    await administer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`)
  })
  const sqlOf = (folderName: string) => readFile(new URL(`${folderName}/migration.sql`, folder), 'utf8')
  const names = (await readdir(folder)).filter((entry) => /^\d{14}_/.test(entry)).sort()
  for (const earlier of names.slice(0, names.indexOf(migration))) await client.query(await sqlOf(earlier))
  return {
    client,
    apply: async () => {
      await client.query(await sqlOf(migration))
    },
  }
}
