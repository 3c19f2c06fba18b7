import { expect, it } from 'vitest'
import { beginLogin } from '../../src/connection/begin-login.ts'
import { LoginExpiredError, LoginRefusedError, OtherPortalError } from '../../src/connection/errors.ts'
import { findConnection } from '../../src/connection/find-connection.ts'
import { finishLogin } from '../../src/connection/finish-login.ts'
import { openPortal } from '../../src/connection/open-portal.ts'
import { requiredScopes } from '../../src/hubspot/oauth.ts'
import { ForbiddenError, NotConnectedError, PlanRequiredError } from '../../src/user-errors.ts'
import { approve, createTestWorkspace } from './connected-workspace.ts'

const twoPortals = {
  portals: [
    { hubId: 1, contacts: 20 },
    { hubId: 2, contacts: 20 },
  ],
}

it('B15: a log-in connects the workspace to the portal that the admin chose', async () => {
  const { context, viewer, connect, clock } = await createTestWorkspace(twoPortals)
  expect(await findConnection(context, viewer.workspaceId)).toBeNull()

  const finished = await connect({ hubId: 2 })

  const { workspaceId, userId } = viewer
  expect(finished).toEqual({ workspaceId, portalId: 2n, replacedPortalId: null })
  expect(await findConnection(context, workspaceId)).toEqual({
    workspaceId,
    status: 'CONNECTED',
    portalId: 2n,
    hubDomain: 'portal-2.example',
    uiDomain: 'app.hubspot.com',
    dataHostingLocation: 'na1',
    timeZone: 'US/Eastern',
    scopes: [...requiredScopes],
    connectedById: userId,
    connectedAt: clock.now(),
  })
  expect(await (await openPortal(context, workspaceId)).accountInfo()).toMatchObject({ portalId: 2n })
})

it('if HubSpot does not tell the domain of the portal, the log-in works, and a domain that it told before stays', async () => {
  const { context, viewer, connect, simulator } = await createTestWorkspace(twoPortals)
  const domain = async () => (await findConnection(context, viewer.workspaceId))?.hubDomain
  const fault = simulator.faults.add({ kind: 'server-error', path: '/introspect' })

  await connect({ hubId: 1 })
  expect(await domain()).toBeNull()

  simulator.faults.remove(fault)
  await connect({ hubId: 1 })
  expect(await domain()).toBe('portal-1.example')

  simulator.faults.add({ kind: 'server-error', path: '/introspect' })
  await connect({ hubId: 1 })
  expect(await domain()).toBe('portal-1.example')
  await connect({ hubId: 2, allowPortalChange: true })
  expect(await domain()).toBeNull()
})

it('B15: without a log-in there is no portal', async () => {
  const { context, viewer } = await createTestWorkspace()

  await expect(openPortal(context, viewer.workspaceId)).rejects.toThrow(NotConnectedError)
})

it('B19: a member cannot begin a log-in', async () => {
  const { context, viewer } = await createTestWorkspace()

  await expect(beginLogin(context, { ...viewer, role: 'MEMBER' })).rejects.toThrow(ForbiddenError)
  expect(await context.database.prisma.oAuthState.count()).toBe(0)
})

it('B21: a log-in requires the Growth plan', async () => {
  const { context, viewer } = await createTestWorkspace()

  await expect(beginLogin(context, { ...viewer, plan: 'STARTER' })).rejects.toThrow(PlanRequiredError)
})

it('a state works once', async () => {
  const { context, viewer, simulator } = await createTestWorkspace()
  const { authorizeUrl } = await beginLogin(context, viewer)
  const first = await approve(simulator, authorizeUrl)
  const second = await approve(simulator, authorizeUrl)

  const outcomes = await Promise.allSettled([finishLogin(context, viewer, first), finishLogin(context, viewer, second)])

  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes).toContainEqual({ status: 'rejected', reason: expect.any(LoginExpiredError) })
})

it('a state works for ten minutes', async () => {
  const { context, viewer, simulator, clock } = await createTestWorkspace()
  const { authorizeUrl } = await beginLogin(context, viewer)
  const returned = await approve(simulator, authorizeUrl)
  clock.advance(10)

  await expect(finishLogin(context, viewer, returned)).rejects.toThrow(LoginExpiredError)
  expect(await findConnection(context, viewer.workspaceId)).toBeNull()
})

it('a state that was never issued connects nothing', async () => {
  const { context, viewer, simulator } = await createTestWorkspace()

  await expect(finishLogin(context, viewer, { state: 'made-up', code: 'made-up' })).rejects.toThrow(LoginExpiredError)
  expect(simulator.requests.total).toBe(0)
})

it('a code that belongs to another log-in is refused, whatever the state', async () => {
  const { context, viewer, simulator } = await createTestWorkspace()
  const [mine, theirs] = await Promise.all([beginLogin(context, viewer), beginLogin(context, viewer)])
  const { state } = await approve(simulator, mine.authorizeUrl)
  const { code } = await approve(simulator, theirs.authorizeUrl)

  await expect(finishLogin(context, viewer, { state, code })).rejects.toThrow(LoginRefusedError)
  expect(await findConnection(context, viewer.workspaceId)).toBeNull()
})

it('B16: logging in again renews the connection and keeps the settings', async () => {
  const { context, viewer, connect, clock } = await createTestWorkspace()
  const { workspaceId } = viewer
  await connect()
  await context.database.prisma.syncSettings.create({ data: { workspaceId, contactsEnabled: true, listId: '42' } })
  await context.database.prisma.hubSpotConnection.update({
    where: { workspaceId },
    data: { status: 'NEEDS_RECONNECT' },
  })
  clock.advance(60)

  await connect()

  expect(await findConnection(context, workspaceId)).toMatchObject({ status: 'CONNECTED', connectedAt: clock.now() })
  expect(await context.database.prisma.syncSettings.findUnique({ where: { workspaceId } })).toMatchObject({
    listId: '42',
  })
})

it('B18: another portal is refused, and the connection stays as it was', async () => {
  const { context, viewer, connect, simulator } = await createTestWorkspace(twoPortals)
  await connect({ hubId: 1 })
  const before = await context.database.prisma.hubSpotConnection.findFirst()

  const error = await connect({ hubId: 2 }).catch((thrown: unknown) => thrown)

  expect(error).toBeInstanceOf(OtherPortalError)
  expect(error).toMatchObject({ connectedPortalId: 1n, offeredPortalId: 2n })
  expect(await context.database.prisma.hubSpotConnection.findFirst()).toEqual(before)
  expect(simulator.requests.countOf('revoke')).toBe(1)
  expect(await (await openPortal(context, viewer.workspaceId)).accountInfo()).toMatchObject({ portalId: 1n })
})

it('B18: another portal replaces the first one if the admin allows it', async () => {
  const { context, viewer, connect } = await createTestWorkspace(twoPortals)
  await connect({ hubId: 1 })

  expect(await connect({ hubId: 2, allowPortalChange: true })).toMatchObject({ portalId: 2n, replacedPortalId: 1n })
  expect(await (await openPortal(context, viewer.workspaceId)).accountInfo()).toMatchObject({ portalId: 2n })
})

it('neither tokens nor states nor verifiers are readable in the database', async () => {
  const { context, viewer, connect, simulator } = await createTestWorkspace()
  await connect()
  const { authorizeUrl } = await beginLogin(context, viewer)
  const { state } = await approve(simulator, authorizeUrl)

  const row = await context.database.prisma.hubSpotConnection.findFirstOrThrow()
  const pending = await context.database.prisma.oAuthState.findFirstOrThrow()

  expect([row.accessToken, row.refreshToken, pending.codeVerifier].map((box) => box?.split('.')[0])).toEqual([
    'test',
    'test',
    'test',
  ])
  expect(Buffer.from(pending.stateHash).toString('base64url')).not.toBe(state)
})
