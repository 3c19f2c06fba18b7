import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startStack } from '../../embedded/stack.ts'
import { openBroker } from '../../src/broker/open-broker.ts'
import { migrate } from '../../src/database/migrate.ts'
import { administer, databaseUrlOf } from './database-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The database from which others are created on the server of the tests. */
    serverUrl: string
    redisUrl: string | null
    /** Prefix of the names of this run's databases, so that runs from other folders can share the server. */
    runName: string
    templateName: string
    /** The percentage of `npm run test:long` to run. 0 for `npm test`. */
    longPercent: number
    propertySeed: number
  }
}

/**
 * Starts the servers that DATABASE_URL and REDIS_URL do not specify, once for all test files, and creates the template
 * database.
 */
export async function setup(project: TestProject) {
  const runName = `hcs_test_${randomBytes(4).toString('hex')}`
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, TESTS_DEMAND_REDIS: demandsRedis } = process.env
  const stack = await startStack({ databaseUrl, redisUrl, migrated: false })
  if (demandsRedis && stack.redisUrl === null) {
    await stack.stop()
    throw new Error('The tests on Redis are demanded: install redis-server or valkey-server, or set REDIS_URL.')
  }
  // This connection tells other runs on this server that this run is alive.
  const presence = new pg.Client({ connectionString: stack.databaseUrl, application_name: runName })
  presence.on('error', () => {})
  await presence.connect()
  await dropDatabasesOfDeadRuns(stack.databaseUrl)
  const templateName = `${runName}_template`
  await administer(stack.databaseUrl, `CREATE DATABASE ${templateName}`)
  const templateUrl = databaseUrlOf(stack.databaseUrl, templateName)
  await migrate(templateUrl)
  // Includes the tables of the queue, so that no test has to create them.
  await (await openBroker({ redisUrl: null, databaseUrl: templateUrl })).close()

  project.provide('serverUrl', stack.databaseUrl)
  project.provide('redisUrl', stack.redisUrl)
  project.provide('runName', runName)
  project.provide('templateName', templateName)

  return async () => {
    await presence.end()
    await dropDatabases(stack.databaseUrl, 'starts_with(datname, $1)', [runName])
    await stack.stop()
  }
}

/** A run that was killed could not drop its databases. */
async function dropDatabasesOfDeadRuns(serverUrl: string): Promise<void> {
  const isAlive = `EXISTS (SELECT FROM pg_stat_activity
    WHERE starts_with(application_name, 'hcs_test_') AND starts_with(pg_database.datname, application_name))`
  await dropDatabases(serverUrl, `starts_with(datname, 'hcs_test_') AND NOT ${isAlive}`)
}

async function dropDatabases(serverUrl: string, condition: string, values: unknown[] = []): Promise<void> {
  const { rows } = await administer(serverUrl, `SELECT datname FROM pg_database WHERE ${condition}`, values)
  for (const { datname } of rows) await administer(serverUrl, `DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`)
}
