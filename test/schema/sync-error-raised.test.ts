import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeError } from '../support/graphql/stored-rows.ts'
import { subscribe, transports } from '../support/graphql/subscribe.ts'

const Raised = graphql(`
  subscription Raised($after: ID) { syncErrorRaised(after: $after) { id type message hubspotId } }
`)

const api = await startTestApi()

async function raise(workspaceId: string, hubspotId: bigint) {
  const error = await storeError(api.database, workspaceId, { hubspotId })
  await api.sync.announcements.publish('run-progressed', workspaceId, { runId: error.lastRunId })
  return globalId('SyncError', error.id)
}

for (const transport of transports) {
  test(`B54: over ${transport}, an admin receives the errors since the last one seen, and each new error`, async () => {
    const { workspaceId, token } = await api.createWorkspace()
    const other = await api.createWorkspace()
    const seen = await raise(workspaceId, 1001n)
    const missed = [await raise(workspaceId, 1002n), await raise(workspaceId, 1003n)]
    await raise(other.workspaceId, 9n)

    const stream = subscribe(transport, api.url, Raised, { after: seen }, { token })
    const told: (string | undefined)[] = []
    const hear = async () => told.push((await stream.next()).value.data?.syncErrorRaised.id)
    // Errors shortly before the cursor may be repeated.
    while (!missed.every((id) => told.includes(id))) await hear()
    const live = await raise(workspaceId, 1004n)
    await hear()

    expect(told.filter((id) => id !== seen)).toEqual([...missed, live])
    await stream.return?.()
  })
}

test('B54: a problem that returns after it was resolved is reported again', async () => {
  const { workspaceId, token } = await api.createWorkspace()
  const { prisma } = api.database
  const first = await raise(workspaceId, 1001n)
  const stream = subscribe('WebSocket', api.url, Raised, { after: first }, { token })
  const told = stream.next()

  await prisma.syncError.updateMany({ where: { workspaceId }, data: { status: 'RESOLVED', resolvedAt: new Date() } })
  const again = await raise(workspaceId, 1001n)

  expect((await told).value.data?.syncErrorRaised).toMatchObject({ id: again, hubspotId: '1001' })
  await stream.return?.()
})

test('B20: a member cannot follow errors', async () => {
  const { workspaceId } = await api.createWorkspace()
  const member = await api.createUser(workspaceId, 'MEMBER')

  const { value } = await subscribe('WebSocket', api.url, Raised, {}, member).next()

  expect(value.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})
