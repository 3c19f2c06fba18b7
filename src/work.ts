import './small-heap.ts'
import { setFlagsFromString } from 'node:v8'
import { startLoops } from './jobs/loop.ts'
import { measured } from './jobs/measured.ts'
import { implementWorkOnRun } from './jobs/work-on-run.ts'
import { startWorker } from './jobs/worker.ts'
import { forgetOldRows } from './lifecycle/forget-old-rows.ts'
import { openMailer } from './mail/mailer.ts'
import { openProcessRegistry } from './metrics/process-registry.ts'
import { serveMetrics } from './metrics/serve-metrics.ts'
import { openWorkerMetrics } from './metrics/worker-metrics.ts'
import { openServices } from './open-services.ts'
import { runProcess } from './run-process.ts'
import { mergeSearchEntries } from './search/merge-search-entries.ts'
import { syncChanges } from './sync/live/sync-changes.ts'
import { startMailSender } from './sync/mail/mail-sender.ts'
import { countRunsUnderWay } from './sync/runs/count-runs.ts'
import { recoverRuns } from './sync/runs/recover-runs.ts'
import { startAutomaticRuns } from './sync/runs/start-automatic-runs.ts'
import { pollEveryMs, pollJournal } from './webhooks/poll-journal.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

// Prisma's query compiler is WebAssembly. For the few queries that a worker makes with it, V8 would spend half a second
// and 60 MB on optimising it.
setFlagsFromString('--liftoff-only')
// By default, V8 lets garbage grow to several times what a worker needs. A limit of the heap, --max-old-space-size, would
// have no effect any more when a process is running.
setFlagsFromString('--heap-growing-percent=50')

await runProcess('worker', async (environment, log) => {
  const { workerConcurrency: concurrency, workerMetricsPort } = environment
  // A run holds one connection for its lease and uses others for its page and for reads in the meantime.
  const services = await openServices(environment, log, {
    connections: 3 * concurrency + 2,
    // A preview has a second session for its copy, and the journal has one.
    directConnections: 2 * concurrency + 2,
  })
  const { broker, connection, sync, clock, checks } = services
  const mailer = environment.mail === null ? null : openMailer(environment.mail)
  const mails = startMailSender({ ...sync, mailer, settingsUrl: environment.publicUrl })
  const metrics = openWorkerMetrics(openProcessRegistry('worker'), {
    runsByStatus: () => countRunsUnderWay(sync.database),
  })
  const metricsServer = workerMetricsPort === null ? null : await serveMetrics(metrics.registry, workerMetricsPort, log)
  const worker = await startWorker({
    broker,
    implementations: [measured(implementWorkOnRun(sync, mails.wake), metrics.measureJob)],
    concurrency,
    log,
  })
  const { journal } = connection.hubspot
  const pollMs = pollEveryMs(environment.journalPollSeconds)
  const journalContext = { ...sync, journal, appId: environment.hubspot.clientId, everyMs: pollMs }
  const followJournal = async (stop: AbortSignal) => {
    if ((await pollJournal(journalContext, stop)) > 0) await syncChanges(sync)
  }
  const loops = startLoops(log, [
    // An API process reports the same in `GET /health/ready`.
    ['checking PostgreSQL', MINUTE, checks.database],
    ['checking the broker', MINUTE, checks.broker],
    ['recovering runs', 5 * SECOND, () => recoverRuns(sync)],
    // By PostgreSQL's current clock: a wrong one would start runs early.
    ['starting due runs', 10 * SECOND, () => clock.refresh().then(() => startAutomaticRuns(sync))],
    ['sending mails', 10 * SECOND, async () => mails.wake()],
    ['applying changes from HubSpot', 2 * SECOND, () => syncChanges(sync)],
    ["reading HubSpot's webhooks journal", pollMs, followJournal],
    ['merging search entries', SECOND, () => mergeSearchEntries(sync.database.pool)],
    ['forgetting old rows', 10 * MINUTE, (stop) => forgetOldRows(sync, stop)],
  ])
  return {
    about: { concurrency, metricsPort: metricsServer?.port },
    stop: async () => {
      await loops.stop()
      await worker.stop()
      await mails.stop()
      await metricsServer?.close()
      // After the worker: its last job may have enqueued the next.
      await services.close()
    },
  }
})
