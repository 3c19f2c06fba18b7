import { expect, it } from 'vitest'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { recoverRuns } from '../../src/sync/runs/recover-runs.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

it('a run without a sign of life is enqueued again, or at the next attempt if the queue is unavailable', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 5 }] })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  const { id, workspaceId, chunk } = await startSync(sync.context, sync.viewer)
  sync.queue.length = 0
  await sync.database.prisma.syncRun.update({
    where: { id },
    data: { status: 'RUNNING', heartbeatAt: new Date(Date.now() - 3_600_000) },
  })
  const enqueueRun = () => Promise.reject(new Error('the queue is away'))
  await expect(recoverRuns({ ...sync.context, enqueueRun })).rejects.toThrow('the queue is away')

  expect(await recoverRuns(sync.context)).toBe(1)

  expect(sync.queue).toEqual([{ workspaceId, runId: id, chunk }])
})
