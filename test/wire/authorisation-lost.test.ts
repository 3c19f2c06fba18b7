import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { issueApiToken, revokeApiToken } from '../../src/auth/manage-api-tokens.ts'
import type { Viewer } from '../../src/auth/viewer.ts'
import { type DeletionContext, deleteWorkspace } from '../../src/lifecycle/delete-workspace.ts'
import { removeMember, setMemberRole } from '../../src/workspaces/manage-members.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId, storeError, storeRun } from '../support/graphql/stored-rows.ts'
import { type Delivery, subscribe, transports } from '../support/graphql/subscribe.ts'

const WatchErrors = graphql(`subscription WatchErrors($after: ID) { syncErrorRaised(after: $after) { hubspotId } }`)
const WatchRun = graphql(`subscription WatchRun($runId: ID) { syncProgress(runId: $runId) { status } }`)

const api = await startTestApi({ options: { recheckSessionsMs: 200 } })

/** Creates a member with a token of their own who follows a run. */
async function follow(transport: (typeof transports)[number], expiresAt?: Date) {
  const workspace = await api.createWorkspace()
  const run = await storeRun(api.database, workspace.workspaceId)
  const member = await api.createUser(workspace.workspaceId, 'MEMBER')
  const { token, apiToken } = await issueApiToken(api.database.prisma, {
    userId: member.userId,
    workspaceId: workspace.workspaceId,
    name: 'dashboard',
    expiresAt,
  })
  const stream = subscribe(transport, api.url, WatchRun, { runId: globalId('SyncRun', run.id) }, { token })
  expect((await stream.next()).value).toEqual({ data: { syncProgress: { status: 'QUEUED' } } })
  return { ...workspace, run, memberId: member.userId, apiToken, stream }
}

/** Tries again if the token expires before the current state is received, since the machine may be slow. */
async function followUntilExpiry(transport: (typeof transports)[number]) {
  for (const lifeMs of [1_500, 15_000]) {
    const followed = await follow(transport, new Date(Date.now() + lifeMs)).catch(() => null)
    if (followed !== null) return followed
  }
  return follow(transport, new Date(Date.now() + 60_000))
}

/** A socket closes with 4403. A stream reports the reason and ends. */
async function expectEnd(
  transport: (typeof transports)[number],
  stream: AsyncIterableIterator<Delivery<unknown>>,
  reason: RegExp,
) {
  if (transport === 'WebSocket') {
    await expect(stream.next()).rejects.toMatchObject({ code: 4403, reason: expect.stringMatching(reason) })
    return
  }
  const last = await stream.next()
  expect(last.value.errors).toMatchObject([
    { message: expect.stringMatching(reason), extensions: { code: 'UNAUTHENTICATED' } },
  ])
  expect((await stream.next()).done).toBe(true)
}

for (const transport of transports) {
  test(`B20: over ${transport}, a subscription ends when its token is revoked`, async () => {
    const { memberId, workspaceId, apiToken, stream } = await follow(transport)

    await revokeApiToken(api.database, { userId: memberId, workspaceId } as Viewer, apiToken.id)

    await expectEnd(transport, stream, /revoked/)
  })

  test(`B20: over ${transport}, a subscription ends when its token expires`, async () => {
    const { stream } = await followUntilExpiry(transport)

    await expectEnd(transport, stream, /expired/)
  })

  test(`B19 B20: over ${transport}, a subscription ends when its user's role changes`, async () => {
    const { memberId, workspaceId, stream } = await follow(transport)

    await api.database.prisma.membership.updateMany({
      where: { userId: memberId, workspaceId },
      data: { role: 'WORKSPACE_ADMIN' },
    })

    await expectEnd(transport, stream, /permissions have changed/)
  })

  test(`B20: over ${transport}, a subscription ends when its workspace is deleted`, async () => {
    const { workspaceId, stream } = await follow(transport)
    const context = { database: api.database, now: () => new Date(), revokeLogin: async () => ({ outcome: 'NONE' }) }

    await deleteWorkspace(context as DeletionContext, workspaceId, 'Test')

    await expectEnd(transport, stream, /no longer belong|does not exist/)
  })

  test(`B20: over ${transport}, a subscription ends when its user is removed from the workspace`, async () => {
    const { memberId, workspaceId, stream } = await follow(transport)

    await removeMember(api.database, null, workspaceId, memberId)

    await expectEnd(transport, stream, /revoked/)
  })

  test(`B19: over ${transport}, a subscription for admins ends when its admin becomes a member`, async () => {
    const { workspaceId } = await api.createWorkspace()
    const { userId, token } = await api.createUser(workspaceId, 'WORKSPACE_ADMIN')
    const seen = await storeError(api.database, workspaceId, { hubspotId: 1n })
    await storeError(api.database, workspaceId, { hubspotId: 2n })
    const stream = subscribe(transport, api.url, WatchErrors, { after: globalId('SyncError', seen.id) }, { token })
    // Errors shortly before the cursor may be repeated.
    while ((await stream.next()).value.data?.syncErrorRaised.hubspotId !== '2') {}

    await setMemberRole(api.database, null, workspaceId, { userId, role: 'MEMBER' })

    await expectEnd(transport, stream, /permissions have changed/)
  })

  test(`B20: over ${transport}, a subscription continues while its credentials are valid`, async () => {
    const { run, stream } = await follow(transport)
    const present = stream.next()
    await new Promise((resolve) => setTimeout(resolve, 700))

    await api.database.prisma.syncRun.update({ where: { id: run.id }, data: { status: 'RUNNING' } })
    await api.sync.announcements.publish('run-progressed', run.workspaceId, { runId: run.id })

    expect((await present).value).toEqual({ data: { syncProgress: { status: 'RUNNING' } } })
  })
}
