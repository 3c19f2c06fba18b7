import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import type { Prisma, SyncRun } from '../../src/generated/prisma/client.ts'
import { startTestApi, type TestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeRun } from '../support/graphql/stored-rows.ts'
import { subscribe, transports } from '../support/graphql/subscribe.ts'

const Progress = graphql(`
  subscription Progress($runId: ID) {
    syncProgress(runId: $runId) {
      id
      status
      phase
      progress { processed total created skipped }
    }
  }
`)

const api = await startTestApi()

/** Moves a run as the worker does: writes, then announces. */
async function move({ database, sync }: TestApi, run: SyncRun, changes: Prisma.SyncRunUncheckedUpdateInput) {
  await database.prisma.syncRun.update({ where: { id: run.id }, data: changes })
  await sync.announcements.publish('run-progressed', run.workspaceId, { runId: run.id })
}

for (const transport of transports) {
  test(`B68: over ${transport}, the current state comes first, then each change, and the end completes the subscription`, async () => {
    const { workspaceId, token } = await api.createWorkspace()
    const run = await storeRun(api.database, workspaceId, {
      status: 'RUNNING',
      phase: 'SYNCING_CONTACTS',
      total: 3,
      created: 1,
    })
    const id = globalId('SyncRun', run.id)
    const progress = { processed: 1, total: 3, created: 1, skipped: 0 }

    const stream = subscribe(transport, api.url, Progress, { runId: id }, { token })
    const present = await stream.next()
    await move(api, run, { created: 2 })
    const changed = await stream.next()
    await move(api, run, { status: 'COMPLETED_WITH_ERRORS', phase: 'FINISHED', skipped: 1, finishedAt: new Date() })
    const ended = await stream.next()
    const afterwards = await stream.next()

    expect(present.value).toEqual({
      data: { syncProgress: { id, status: 'RUNNING', phase: 'SYNCING_CONTACTS', progress } },
    })
    expect(changed.value.data?.syncProgress).toMatchObject({ progress: { ...progress, processed: 2, created: 2 } })
    expect(ended.value.data?.syncProgress).toEqual({
      id,
      status: 'COMPLETED_WITH_ERRORS',
      phase: 'FINISHED',
      progress: { processed: 3, total: 3, created: 2, skipped: 1 },
    })
    expect(afterwards.done).toBe(true)
  })

  test(`B68: over ${transport}, a run that has ended is reported once`, async () => {
    const { workspaceId, token } = await api.createWorkspace()
    const run = await storeRun(api.database, workspaceId, { status: 'CANCELLED', phase: 'FINISHED' })
    const statuses = []

    for await (const { data } of subscribe(
      transport,
      api.url,
      Progress,
      { runId: globalId('SyncRun', run.id) },
      { token },
    )) {
      statuses.push(data?.syncProgress.status)
    }

    expect(statuses).toEqual(['CANCELLED'])
  })

  test(`without a run, ${transport} reports every run of the workspace and no other`, async () => {
    const { workspaceId, token } = await api.createWorkspace()
    const other = await api.createWorkspace()
    const run = await storeRun(api.database, workspaceId, { status: 'RUNNING' })
    const foreign = await storeRun(api.database, other.workspaceId, { status: 'RUNNING' })

    const stream = subscribe(transport, api.url, Progress, {}, { token })
    await stream.next()
    await move(api, foreign, { created: 1 })
    await move(api, run, { created: 5 })
    const { value } = await stream.next()

    expect(value.data?.syncProgress).toMatchObject({ id: globalId('SyncRun', run.id), progress: { created: 5 } })
    await stream.return?.()
  })

  test(`over ${transport}, another workspace's run is not found`, async () => {
    const { token } = await api.createWorkspace()
    const other = await api.createWorkspace()
    const run = await storeRun(api.database, other.workspaceId)

    const stream = subscribe(transport, api.url, Progress, { runId: globalId('SyncRun', run.id) }, { token })
    const refusal = await stream.next().then(
      ({ value }) => value.errors,
      (errors) => errors,
    )

    expect(refusal).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  })
}
