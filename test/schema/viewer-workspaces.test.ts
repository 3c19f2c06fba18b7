import { expect, test } from 'vitest'
import { graphql } from '../../client/generated/index.ts'
import { createToken } from '../../src/workspaces/manage-users.ts'
import { startTestApi } from '../support/graphql/start-test-api.ts'
import { globalId } from '../support/graphql/stored-rows.ts'
import { subscribe } from '../support/graphql/subscribe.ts'

const MyWorkspaces = graphql(`
  query MyWorkspaces { viewer { workspaces { workspaceId name plan role isCurrent } workspace { id } } }
`)
const WatchAllRuns = graphql(`subscription WatchAllRuns { syncProgress { status } }`)
const TokensHere = graphql(`query TokensHere { viewer { apiTokens { name } } }`)

const api = await startTestApi({ options: { recheckSessionsMs: 100 } })

test('B20: the viewer sees each workspace of theirs with their role, and no other', async () => {
  const first = await api.createWorkspace()
  const second = await api.createWorkspace({ organizationId: first.organizationId, plan: 'SCALE' })
  await api.createWorkspace({ organizationId: first.organizationId })
  const { userId, token } = await api.createUser(first.workspaceId, 'MEMBER')
  await api.database.prisma.membership.create({
    data: { userId, workspaceId: second.workspaceId, role: 'WORKSPACE_ADMIN' },
  })

  const { data } = await api.post(MyWorkspaces, {}, { token })

  expect(data?.viewer).toEqual({
    workspace: { id: globalId('Workspace', first.workspaceId) },
    workspaces: [
      {
        workspaceId: globalId('Workspace', first.workspaceId),
        name: 'Test',
        plan: 'GROWTH',
        role: 'MEMBER',
        isCurrent: true,
      },
      {
        workspaceId: globalId('Workspace', second.workspaceId),
        name: 'Test',
        plan: 'SCALE',
        role: 'WORKSPACE_ADMIN',
        isCurrent: false,
      },
    ],
  })
})

test('B20: a company admin sees all workspaces of the organization', async () => {
  const first = await api.createWorkspace()
  await api.createWorkspace({ organizationId: first.organizationId })
  const { token } = await api.createUser(first.workspaceId, 'COMPANY_ADMIN')

  const { data } = await api.post(MyWorkspaces, {}, { token })

  expect(data?.viewer.workspaces.map(({ role }) => role)).toEqual(['COMPANY_ADMIN', 'COMPANY_ADMIN'])
})

test('B20: a second workspace changes nothing for a token: requests and sockets continue, and its tokens are separate', async () => {
  const first = await api.createWorkspace()
  const second = await api.createWorkspace({ organizationId: first.organizationId })
  const { userId, token } = await api.createUser(first.workspaceId, 'MEMBER')
  const stream = subscribe('WebSocket', api.url, WatchAllRuns, {}, { token })
  const event = stream.next()
  await api.database.prisma.membership.create({ data: { userId, workspaceId: second.workspaceId, role: 'MEMBER' } })
  const elsewhere = await createToken(api.database, { userId, workspaceId: second.workspaceId })

  const here = await api.post(TokensHere, {}, { token })
  const there = await api.post(TokensHere, {}, elsewhere)

  expect(here).toMatchObject({ status: 200, data: { viewer: { apiTokens: [{ name: expect.any(String) }] } } })
  expect(there.data?.viewer.apiTokens).toEqual([{ name: 'operator' }])
  // Long enough for several checks of the credentials.
  const outcome = await Promise.race([event, new Promise((resolve) => setTimeout(resolve, 500, 'open'))])
  expect(outcome).toBe('open')
})
