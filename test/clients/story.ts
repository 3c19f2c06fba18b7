import type { TestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeContact, storeRun } from '../support/graphql/stored-rows.ts'

/** What each client goes through: five contacts, and a run that is followed to its end. */
export async function prepareStory(api: TestApi) {
  const workspace = await api.createWorkspace()
  const { workspaceId } = workspace
  const names = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve']
  for (const [index, name] of names.entries()) {
    await storeContact(api.database, workspaceId, {
      name,
      hubspotId: BigInt(1001 + index),
      email: `${name.toLowerCase()}@example.test`,
    })
  }
  const run = await storeRun(api.database, workspaceId, { status: 'RUNNING', phase: 'SYNCING_CONTACTS', total: 5 })
  return {
    ...workspace,
    names,
    runId: globalId('SyncRun', run.id),
    websocketUrl: `${api.url.replace('http', 'ws')}/graphql`,
    authorization: `Bearer ${workspace.token}`,
    /** As the worker does: write, then announce. */
    endRun: async () => {
      const data = { status: 'COMPLETED', phase: 'FINISHED', created: 5, finishedAt: new Date() } as const
      await api.database.prisma.syncRun.update({ where: { id: run.id }, data })
      await api.sync.announcements.publish('run-progressed', workspaceId, { runId: run.id })
    },
  }
}
