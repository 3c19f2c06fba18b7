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
import { startRunRecovery } from './jobs/run-recovery.ts'
import { implementWorkOnRun } from './jobs/work-on-run.ts'
import { startWorker } from './jobs/worker.ts'
import { defaultTuning, type SyncContext } from './sync/sync-context.ts'

/** Orchestrators give a process some 30 seconds to end; what is left of a job by then is taken up elsewhere. */
const stopWithinMs = 20_000

try {
  const environment = loadEnvironment()
  const log = pino({ name: 'worker', level: environment.logLevel })
  const stop = await start(environment, log)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
  log.info({ concurrency: environment.workerConcurrency }, 'worker ready')
} catch (error) {
  console.error(error instanceof ConfigurationError ? error.message : error)
  process.exit(1)
}

async function start(environment: Environment, log: Logger) {
  const { databaseUrl, redisUrl, workerConcurrency: concurrency } = environment
  // A run holds one connection for its lease and uses others for its page and what it asks meanwhile.
  const database = openDatabase(databaseUrl, { connections: 3 * concurrency + 2 })
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

  const worker = await startWorker({ broker, implementations: [implementWorkOnRun(sync)], concurrency, log })
  const recovery = startRunRecovery(sync)

  let isStopping = false
  return async (signal: string) => {
    // Ctrl-C under npm arrives more than once.
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'worker stopping')
    setTimeout(() => {
      log.error(`the jobs in hand did not end within ${stopWithinMs} ms; others will take them over`)
      process.exit(1)
    }, stopWithinMs).unref()
    await recovery.stop()
    await worker.stop()
    // After the worker: its last job may have enqueued the next.
    await queue.close()
    await hubspot.close()
    await broker.close()
    await database.close()
    log.info('worker stopped')
  }
}
