import type { Logger } from 'pino'
import type { Broker } from './broker/broker.ts'
import { openBroker } from './broker/open-broker.ts'
import type { Environment } from './config/environment.ts'
import type { ConnectionContext } from './connection/connection-context.ts'
import { keepBudget } from './connection/portal-budget.ts'
import { checkDatabase } from './database/check-database.ts'
import { type Database, openDatabase } from './database/database.ts'
import { isDatabaseAway } from './database/database-away.ts'
import { type DatabaseClock, databaseClock } from './database/database-clock.ts'
import { openEncryption } from './encryption/encryption.ts'
import { sharedCallBudget } from './hubspot/call-budget.ts'
import { openHubSpot } from './hubspot/gateway.ts'
import { observedBudget } from './hubspot/observed-budget.ts'
import { workOnRunJob } from './jobs/definitions.ts'
import { type JobQueue, openJobQueue } from './jobs/job-queue.ts'
import type { SyncContext } from './sync/sync-context.ts'
import { wireContexts } from './wire-contexts.ts'

/** What the API and the worker have in common. */
export interface Services {
  readonly database: Database
  readonly broker: Broker
  readonly queue: JobQueue
  readonly connection: ConnectionContext
  readonly sync: SyncContext
  /** The time that decides what is due. */
  readonly clock: DatabaseClock
  /** Checks by name. Each rejects if its server does not respond, and with UnusableServiceError if it cannot be used. */
  readonly checks: Readonly<Record<'database' | 'broker', () => Promise<void>>>
  /** Call it when nothing uses them any more. */
  close(): Promise<void>
}

interface ServiceOptions {
  readonly connections: number
  /** Number of connections to DATABASE_DIRECT_URL, if it is set. Default 2. */
  readonly directConnections?: number
  readonly resultCharacters?: number
}

/**
 * Opens the connections and creates the services. Throws if the broker does not answer, or with UnusableServiceError if one of
 * the servers answers and cannot be used.
 */
export async function openServices(
  environment: Environment,
  log: Logger,
  { connections, directConnections, resultCharacters }: ServiceOptions,
): Promise<Services> {
  const { databaseUrl, directUrl, redisUrl, redisCa, publicUrl } = environment
  const database = openDatabase(databaseUrl, { directUrl, connections, directConnections, resultCharacters })
  await requireUsable(database, log).catch(async (error) => {
    await database.close()
    throw error
  })
  const broker = await openBroker({
    redisUrl,
    redisCa,
    databaseUrl: directUrl ?? databaseUrl,
    onError: (error, count) => log.warn({ err: error, count }, 'the broker failed'),
    onWarning: (message) => log.warn(message),
  }).catch(async (error) => {
    await database.close()
    throw error
  })
  const queue = await openJobQueue(broker)

  const sharedBudget = sharedCallBudget(broker.callWindows, {
    appId: environment.hubspot.clientId,
    sharePercent: environment.hubspot.callSharePercent,
  })
  const budget = observedBudget(sharedBudget, (portalId, seen) => {
    keepBudget(database, portalId, seen, new Date()).catch((error) => {
      log.warn({ err: error }, "a portal's limits could not be saved")
    })
  })
  const hubspot = openHubSpot({ environment: environment.hubspot, publicUrl, budget })
  const clock = databaseClock(database.pool)
  // If the database is unavailable now, the code that needs it tries again.
  await clock.refresh().catch((error) => log.warn({ err: error }, 'the time of PostgreSQL is not available yet'))
  const { connection, sync } = wireContexts({
    database,
    encryption: openEncryption(environment.encryptionKeys),
    hubspot,
    announcements: broker.announcements,
    enqueueRun: (chunk) => queue.enqueue(workOnRunJob, chunk),
    othersWait: queue.hasWaiting,
    now: clock.now,
    returnUrls: environment.api.loginReturnUrls,
    log,
  })
  return {
    database,
    broker,
    queue,
    connection,
    sync,
    clock,
    checks: {
      database: async () => void (await checkDatabase(database)),
      broker: broker.check,
    },
    close: async () => {
      await queue.close()
      await hubspot.close()
      await broker.close()
      await database.close()
    },
  }
}

/** If the database is unavailable now, the process starts anyway, and its checks report later what they find. */
async function requireUsable(database: Database, log: Logger): Promise<void> {
  try {
    const { newer } = await checkDatabase(database)
    if (newer.length > 0) log.warn({ newer }, 'the database has the schema of a newer version')
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    log.warn({ err: error }, 'the database could not be checked yet')
  }
}
