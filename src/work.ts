import { setFlagsFromString } from 'node:v8'
import { startLoop } from './jobs/loop.ts'
import { measured } from './jobs/measured.ts'
import { startRunRecovery } from './jobs/run-recovery.ts'
import { implementTick } from './jobs/run-tick.ts'
import { implementWorkOnRun } from './jobs/work-on-run.ts'
import { startWorker } from './jobs/worker.ts'
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
import { forgetOldRuns } from './sync/runs/forget-old-runs.ts'
import { pollEveryMs, pollJournal } from './webhooks/poll-journal.ts'

// Prisma's query compiler is WebAssembly. For the few queries that a worker makes with it, V8 would spend half a second and
// 60 MB on optimising it.
setFlagsFromString('--liftoff-only')

await runProcess('worker', async (environment, log) => {
  const { workerConcurrency: concurrency } = environment
  // A run holds one connection for its lease and uses others for its page and what it asks meanwhile.
  const { broker, queue, connection, sync, close } = await openServices(environment, log, {
    connections: 3 * concurrency + 2,
  })
  const mailer = environment.mail === null ? null : openMailer(environment.mail)
  const mails = startMailSender({ ...sync, mailer, settingsUrl: environment.publicUrl })
  const runsByStatus = () => countRunsUnderWay(sync.database)
  const metrics = openWorkerMetrics(openProcessRegistry('worker'), { runsByStatus })
  const implementations = [
    measured(implementWorkOnRun(sync, mails.wake), metrics.measureJob),
    measured(implementTick(sync, mails.wake), metrics.measureJob),
  ]
  const worker = await startWorker({ broker, implementations, concurrency, log })
  const recovery = startRunRecovery(sync, { ensureTicks: queue.ensureTicks })
  const { journal } = connection.hubspot
  const everyMs = pollEveryMs(environment.journalPollSeconds)
  const journalContext = { ...sync, journal, appId: environment.hubspot.clientId, everyMs }
  const followJournal = async (stop: AbortSignal) => {
    if ((await pollJournal(journalContext, stop)) > 0) await syncChanges(sync)
  }
  const loops = [
    startLoop('looking after changes in HubSpot', () => syncChanges(sync), { everyMs: 2_000, log }),
    startLoop("reading HubSpot's webhooks journal", followJournal, { everyMs, log }),
    startLoop('merging search entries', () => mergeSearchEntries(sync.database.pool), { everyMs: 1_000, log }),
    startLoop('forgetting old runs', () => forgetOldRuns(sync), { everyMs: 600_000, log }),
  ]
  const { workerMetricsPort: port } = environment
  const shown = port === null ? null : await serveMetrics(metrics.registry, port, log)
  return {
    about: { concurrency, metricsPort: shown?.port },
    stop: async () => {
      await Promise.all([recovery, ...loops].map((loop) => loop.stop()))
      await worker.stop()
      await mails.stop()
      await shown?.close()
      // After the worker: its last job may have enqueued the next.
      await close()
    },
  }
})
