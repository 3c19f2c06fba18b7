import { expect, it } from 'vitest'
import { findConnection } from '../../src/connection/find-connection.ts'
import { openPortal } from '../../src/connection/open-portal.ts'
import {
  HubSpotMissingScopesError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError,
} from '../../src/hubspot/errors.ts'
import { NotConnectedError } from '../../src/user-errors.ts'
import { waitFor } from '../support/wait-for.ts'
import { createTestWorkspace } from './connected-workspace.ts'

const rotating = { rotateRefreshTokens: true }

it('a token is used until five minutes before its expiry', async () => {
  const { simulator, context, viewer, connect, clock } = await createTestWorkspace(rotating)
  await connect()
  simulator.requests.reset()

  clock.advance(24)
  await (await openPortal(context, viewer.workspaceId)).accountInfo()
  expect(simulator.requests.countOf('/token')).toBe(0)

  clock.advance(2)
  await (await openPortal(context, viewer.workspaceId)).accountInfo()
  expect(simulator.requests.countOf('/token')).toBe(1)
  expect(simulator.requests.statuses).toEqual({ 200: 3 })
})

it('a portal that stays open for hours keeps its access', async () => {
  const { simulator, context, viewer, connect, clock } = await createTestWorkspace(rotating)
  await connect()
  const portal = await openPortal(context, viewer.workspaceId)
  simulator.requests.reset()

  for (let hours = 0; hours < 5; hours++) {
    clock.advance(60)
    await portal.accountInfo()
  }

  expect(simulator.requests.countOf('/token')).toBe(5)
  expect(simulator.requests.statuses).toEqual({ 200: 10 })
})

it.each([
  ['a token is about to end', (_expire: () => void, advance: () => void) => advance()],
  ['HubSpot refuses a token before its time', (expire: () => void) => expire()],
])('when %s, five callers in three processes make one refresh', async (_when, end) => {
  const { simulator, context, viewer, connect, clock, otherProcess } = await createTestWorkspace(rotating)
  await connect()
  const processes = [context, context, otherProcess(), otherProcess()]
  const portals = await Promise.all(processes.map((process) => openPortal(process, viewer.workspaceId)))
  await Promise.all(portals.map((portal) => portal.accountInfo()))
  end(
    () => simulator.expireAccessTokens(),
    () => clock.advance(26),
  )
  simulator.requests.reset()

  const [first] = portals
  const answers = await Promise.all([first, ...portals].map((portal) => portal?.accountInfo()))

  expect(answers).toHaveLength(5)
  expect(simulator.requests.countOf('/token')).toBe(1)
})

it('B17: a refused refresh makes the connection NEEDS_RECONNECT, and a new log-in restores it', async () => {
  const { simulator, context, viewer, connect, clock } = await createTestWorkspace()
  await connect()
  const portal = await openPortal(context, viewer.workspaceId)
  simulator.revokeTokens()
  clock.advance(26)

  await expect(portal.accountInfo()).rejects.toThrow(HubSpotUnauthorisedError)
  await expect(portal.accountInfo()).rejects.toThrow(HubSpotUnauthorisedError)

  expect(await findConnection(context, viewer.workspaceId)).toMatchObject({ status: 'NEEDS_RECONNECT' })
  await expect(openPortal(context, viewer.workspaceId)).rejects.toThrow(NotConnectedError)
  await connect()
  expect(await (await openPortal(context, viewer.workspaceId)).accountInfo()).toBeTruthy()
})

it('B17: if HubSpot refuses even renewed tokens, the connection becomes NEEDS_RECONNECT', async () => {
  const { simulator, context, viewer, connect } = await createTestWorkspace()
  await connect()
  const portal = await openPortal(context, viewer.workspaceId)
  simulator.faults.add({ kind: 'revoked-token', path: '/account-info' })

  await expect(portal.accountInfo()).rejects.toThrow(HubSpotUnauthorisedError)
  expect(await findConnection(context, viewer.workspaceId)).toMatchObject({ status: 'NEEDS_RECONNECT' })
})

it('B18: a missing scope makes the connection NEEDS_RECONNECT', async () => {
  const { simulator, context, viewer, connect } = await createTestWorkspace()
  await connect()
  const portal = await openPortal(context, viewer.workspaceId)
  simulator.portal().configure({ scopes: ['oauth'] })

  await expect(portal.getList('42')).rejects.toThrow(HubSpotMissingScopesError)
  expect(await findConnection(context, viewer.workspaceId)).toMatchObject({ status: 'NEEDS_RECONNECT' })
})

it('a refusal of an old token does not undo a log-in in the meantime', async () => {
  const { simulator, context, viewer, connect } = await createTestWorkspace()
  await connect()
  const portal = await openPortal(context, viewer.workspaceId)
  await portal.accountInfo()
  simulator.faults.add({ kind: 'missing-scopes', path: '/lists' })
  simulator.portal().configure({ latencyMs: [1_000, 1_000] })
  simulator.requests.reset()

  const reading = portal.getList('42')
  await waitFor(() => simulator.requests.countOf('/lists') === 1)
  simulator.portal().configure({ latencyMs: null })
  await connect()

  await expect(reading).rejects.toThrow(HubSpotMissingScopesError)
  expect(await findConnection(context, viewer.workspaceId)).toMatchObject({ status: 'CONNECTED' })
})

it('an unavailable HubSpot is not a refusal', async () => {
  const { simulator, context, viewer, connect, clock } = await createTestWorkspace()
  await connect()
  const portal = await openPortal(context, viewer.workspaceId)
  clock.advance(26)
  simulator.faults.add({ kind: 'down' })

  await expect(portal.accountInfo()).rejects.toThrow(HubSpotUnavailableError)
  simulator.faults.clear()

  expect(await portal.accountInfo()).toBeTruthy()
  expect(await findConnection(context, viewer.workspaceId)).toMatchObject({ status: 'CONNECTED' })
})
