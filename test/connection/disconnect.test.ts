import { expect, it } from 'vitest'
import { disconnect } from '../../src/connection/disconnect.ts'
import { openPortal } from '../../src/connection/open-portal.ts'
import { HubSpotUnauthorisedError } from '../../src/hubspot/errors.ts'
import { ForbiddenError, NotConnectedError } from '../../src/user-errors.ts'
import { createTestWorkspace } from './connected-workspace.ts'

it('B16: a log-out ends the tokens and keeps the portal and the settings', async () => {
  const { simulator, context, viewer, connect } = await createTestWorkspace()
  const { workspaceId } = viewer
  const { prisma } = context.database
  const { portalId } = await connect()
  await prisma.syncSettings.create({ data: { workspaceId, contactsEnabled: true, listId: '42' } })
  const portal = await openPortal(context, workspaceId)

  expect(await disconnect(context, viewer)).toMatchObject({ status: 'DISCONNECTED', portalId })

  expect(await prisma.hubSpotConnection.findFirst()).toMatchObject({ accessToken: null, refreshToken: null })
  expect(await prisma.syncSettings.findFirst()).toMatchObject({ contactsEnabled: true, listId: '42' })
  expect(simulator.requests.countOf('revoke')).toBe(1)
  await expect(openPortal(context, workspaceId)).rejects.toThrow(NotConnectedError)
  await expect(portal.accountInfo()).rejects.toThrow(HubSpotUnauthorisedError)
})

it('works while HubSpot is unavailable, and twice', async () => {
  const { simulator, context, viewer, connect } = await createTestWorkspace()
  await connect()
  simulator.faults.add({ kind: 'down' })

  expect(await disconnect(context, viewer)).toMatchObject({ status: 'DISCONNECTED' })
  expect(await disconnect(context, viewer)).toMatchObject({ status: 'DISCONNECTED' })
})

it('works on any plan: a downgraded workspace can leave (B22)', async () => {
  const { context, viewer, connect } = await createTestWorkspace()
  await connect()

  expect(await disconnect(context, { ...viewer, plan: 'STARTER' })).toMatchObject({ status: 'DISCONNECTED' })
})

it('B19: a member cannot log out, and nothing changes', async () => {
  const { context, viewer, connect } = await createTestWorkspace()
  await connect()

  await expect(disconnect(context, { ...viewer, role: 'MEMBER' })).rejects.toThrow(ForbiddenError)
  expect(await (await openPortal(context, viewer.workspaceId)).accountInfo()).toBeTruthy()
})

it('a workspace that was never connected gets NotConnectedError', async () => {
  const { context, viewer } = await createTestWorkspace()

  await expect(disconnect(context, viewer)).rejects.toThrow(NotConnectedError)
})
