import { type Logger, pino } from 'pino'
import { openBroker } from './broker/broker.ts'
import { ConfigurationError, type Environment, loadEnvironment } from './config/environment.ts'
import { openPortal } from './connection/open-portal.ts'
import { openDatabase } from './database/database.ts'
import { openEncryption } from './encryption/encryption.ts'
import { sharedCallBudget } from './hubspot/call-budget.ts'
import { openHubSpot } from './hubspot/gateway.ts'
import { workOnRunJob } from './jobs/definitions.ts'
import { openJobQueue } from './jobs/job-queue.ts'
import { createServer } from './server/create-server.ts'
import { defaultTuning, type SyncContext } from './sync/sync-context.ts'

try {
  const environment = loadEnvironment()
  const log = pino({ name: 'api', level: environment.logLevel })
  const { url, stop } = await start(environment, log)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
  log.info({ url, publicUrl: environment.publicUrl }, 'api ready')
} catch (error) {
  console.error(error instanceof ConfigurationError ? error.message : error)
  process.exit(1)
}

async function start(environment: Environment, log: Logger) {
  const { databaseUrl, redisUrl, port } = environment
  const database = openDatabase(databaseUrl)
  const onError = (error: Error) => log.warn({ err: error }, 'the connection to the broker broke')
  const broker = await openBroker({ redisUrl, databaseUrl, onError })
  const queue = await openJobQueue(broker)

  const budget = sharedCallBudget(broker.rateLimiter, environment.hubspot.clientId)
  const hubspot = openHubSpot({ environment: environment.hubspot, publicUrl: environment.publicUrl, budget })
  const now = () => new Date()
  const connection = { database, encryption: openEncryption(environment.encryptionKeys), hubspot, now }
  const sync: SyncContext = {
    database,
    openPortal: (workspaceId) => openPortal(connection, workspaceId),
    announcements: broker.announcements,
    enqueueRun: (chunk) => queue.enqueue(workOnRunJob, chunk),
    now,
    log,
    tuning: defaultTuning,
  }

  const dependencies = { database: () => database.pool.query('SELECT'), broker: () => broker.ping() }
  const server = createServer({ database, sync, connection, dependencies, log })
  const { url } = await server.listen(port)

  let isStopping = false
  const stop = async (signal: string) => {
    // Ctrl-C under npm arrives more than once.
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'api stopping')
    // Requests in hand may still need everything below.
    await server.close()
    await queue.close()
    await hubspot.close()
    await broker.close()
    await database.close()
    log.info('api stopped')
  }
  return { url, stop }
}
