import { startRunRecovery } from './jobs/run-recovery.ts'
import { implementTick } from './jobs/run-tick.ts'
import { implementWorkOnRun } from './jobs/work-on-run.ts'
import { startWorker } from './jobs/worker.ts'
import { openServices } from './open-services.ts'
import { runProcess } from './run-process.ts'

await runProcess('worker', async (environment, log) => {
  const { workerConcurrency: concurrency } = environment
  // A run holds one connection for its lease and uses others for its page and what it asks meanwhile.
  const { broker, queue, sync, close } = await openServices(environment, log, { connections: 3 * concurrency + 2 })
  const implementations = [implementWorkOnRun(sync), implementTick(sync)]
  const worker = await startWorker({ broker, implementations, concurrency, log })
  const recovery = startRunRecovery(sync, { ensureTicks: queue.ensureTicks })
  return {
    about: { concurrency },
    stop: async () => {
      await recovery.stop()
      await worker.stop()
      // After the worker: its last job may have enqueued the next.
      await close()
    },
  }
})
