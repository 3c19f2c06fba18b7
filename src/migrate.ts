import { loadDatabaseUrls } from './config/environment.ts'
import { migrate } from './database/migrate.ts'

try {
  const { databaseUrl, directUrl } = loadDatabaseUrls()
  const applied = await migrate(directUrl ?? databaseUrl)
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
