import { inject } from 'vitest'
import { cleanUp } from './clean-up.ts'
import { administer, databaseUrlOf } from './database-server.ts'

let count = 0

/**
 * Creates a database whose schema the test may break, and returns its URL. Without a schema, or migrated. It is dropped when
 * the test is over.
 */
export async function createBareDatabase(content: 'empty' | 'migrated'): Promise<string> {
  const serverUrl = inject('serverUrl')
  const name = `${inject('runName')}_${process.pid}_bare_${++count}`
  await administer(
    serverUrl,
    `CREATE DATABASE ${name}${content === 'empty' ? '' : ` TEMPLATE ${inject('templateName')}`}`,
  )
  cleanUp(() => administer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`))
  return databaseUrlOf(serverUrl, name)
}
