import { expect, it } from 'vitest'
import { startSync } from '../../src/sync/runs/control-run.ts'
import { workOnRun } from '../../src/sync/work-on-run.ts'
import { createTestSync, setUpListSync, startTestSimulator } from '../support/test-sync.ts'

it('a run leaves the worker after each chunk, and its chunks together process the whole list once', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 100, rateLimit: null }] })
  const tuning = { membershipLimit: 10, pageSize: 10, readLimit: 10, chunkMs: 0 }
  const sync = await createTestSync({ simulator, tuning })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  const run = await startSync(sync.context, sync.viewer)

  let chunks = 1
  const work = () =>
    workOnRun(sync.context, { workspaceId: run.workspaceId, runId: run.id }, new AbortController().signal)
  while ((await work()) === 'more') chunks += 1

  const ended = await sync.run(run.id)
  const members = await sync.database.prisma.contact.count()
  expect(ended).toMatchObject({ status: 'COMPLETED', created: members })
  expect(chunks).toBe(Math.ceil(members / 10))
  expect(ended.chunk).toBe(chunks - 1)
})

it('a second worker that gets the same run leaves it alone', async () => {
  const simulator = await startTestSimulator({ portals: [{ contacts: 50, rateLimit: null, latencyMs: [50, 50] }] })
  const sync = await createTestSync({ simulator })
  await setUpListSync(sync, '42', [{ property: 'firstname', target: 'FIRST_NAME' }])
  const run = await startSync(sync.context, sync.viewer)

  const work = () =>
    workOnRun(sync.context, { workspaceId: run.workspaceId, runId: run.id }, new AbortController().signal)
  const outcomes = await Promise.all([work(), work(), work()])

  expect(outcomes.toSorted()).toEqual(['busy', 'busy', 'done'])
  expect(await sync.run(run.id)).toMatchObject({ status: 'COMPLETED' })
})
