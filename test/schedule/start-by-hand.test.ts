import { expect, test } from 'vitest'
import { workOnRunJob } from '../../src/jobs/definitions.ts'
import { openJobQueue, queueName } from '../../src/jobs/job-queue.ts'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker, eachBroker } from '../support/test-broker.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

eachBroker('a start by hand', (kind) => {
  test('B10: enqueues one job of the run, without calling HubSpot first', async () => {
    const simulator = await startTestSimulator({ portals: [{ contacts: 10, rateLimit: null }] })
    const sync = await createTestSync({ simulator })
    await setUpListSync(sync, '42', [{ property: 'email', target: 'EMAIL' }])
    const broker = await createTestBroker(kind)
    const queue = await openJobQueue(broker)
    cleanUp(() => queue.close())
    const context = {
      ...sync.context,
      enqueueRun: (chunk: Parameters<typeof sync.context.enqueueRun>[0]) => queue.enqueue(workOnRunJob, chunk),
    }
    simulator.requests.reset()

    const run = await startSync(context, sync.viewer)
    await startSync(context, sync.viewer)

    expect(simulator.requests.total).toBe(0)
    const jobs = broker.queues.openQueue(queueName)
    cleanUp(() => jobs.close())
    expect(
      (await jobs.getJobs(['waiting', 'delayed', 'active'])).map(({ id, name, data }) => ({ id, name, data })),
    ).toEqual([
      { id: `run-${run.id}-0`, name: 'work-on-run', data: { workspaceId: run.workspaceId, runId: run.id, chunk: 0 } },
    ])
  })
})
