import { describe, expect, it } from 'vitest'
import type { FaultKind } from '../../simulator/index.ts'
import {
  HubSpotMissingScopesError,
  HubSpotRateLimitedError,
  HubSpotRejectedError,
  HubSpotUnauthorisedError,
  HubSpotUnavailableError,
  HubSpotUnreadableError,
} from '../../src/hubspot/errors.ts'
import type { HubSpotPortal } from '../../src/hubspot/portal.ts'
import { openSimulatedPortal } from './simulated-portal.ts'

const ways: [string, (portal: HubSpotPortal) => Promise<unknown>][] = [
  ['a bulk read', (portal) => portal.membershipPage('42', { after: null, limit: 10 })],
  ['a rare read', (portal) => portal.accountInfo()],
]

describe.each(ways)('%s', (_way, read) => {
  it.each<FaultKind>([
    'reset',
    'malformed-body',
    'server-error',
    'bad-gateway-html',
    'bad-gateway-bare',
    'gateway-timeout',
    'locked',
    'migration',
    'rate-limit',
  ])('recovers from %s', async (kind) => {
    const { simulator, portal, pauses } = await openSimulatedPortal({ portals: [{ contacts: 20 }] })
    const undisturbed = await read(portal)
    simulator.faults.add({ kind, count: 2 })

    expect(await read(portal)).toEqual(undisturbed)
    expect(pauses).toHaveLength(2)
  })

  it('recovers from an answer that breaks off', async () => {
    const { simulator, portal, pauses } = await openSimulatedPortal({ deadlineMs: 1_500, portals: [{ contacts: 20 }] })
    const undisturbed = await read(portal)
    simulator.faults.add({ kind: 'reset-mid-body', count: 1 })

    expect(await read(portal)).toEqual(undisturbed)
    expect(pauses.length).toBeGreaterThanOrEqual(1)
  })

  it('recovers from an expired token with a renewed one, without a delay', async () => {
    const { simulator, portal, pauses, tokenEvents } = await openSimulatedPortal({ portals: [{ contacts: 20 }] })
    simulator.expireAccessTokens()

    await read(portal)

    expect(tokenEvents).toEqual(['renewed'])
    expect(pauses).toEqual([])
  })

  it('recovers from an answer that takes too long', async () => {
    const { simulator, portal } = await openSimulatedPortal({ deadlineMs: 1_500, portals: [{ contacts: 20 }] })
    const undisturbed = await read(portal)
    simulator.faults.add({ kind: 'slow', count: 1, delayMs: 20_000 })

    expect(await read(portal)).toEqual(undisturbed)
  })

  it.each<[FaultKind, new (...given: never[]) => Error]>([
    ['down', HubSpotUnavailableError],
    ['server-error', HubSpotUnavailableError],
    ['locked', HubSpotUnavailableError],
    ['malformed-body', HubSpotUnreadableError],
    ['rate-limit', HubSpotRateLimitedError],
    ['daily-limit', HubSpotRateLimitedError],
    ['uri-too-long-bare', HubSpotRejectedError],
  ])('gives up if %s persists', async (kind, type) => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ contacts: 20 }] })
    simulator.faults.add({ kind })

    await expect(read(portal)).rejects.toThrow(type)
  })

  it('B17: reports that HubSpot also rejects a renewed token', async () => {
    const { simulator, portal, tokenEvents } = await openSimulatedPortal({ portals: [{ contacts: 20 }] })
    simulator.faults.add({ kind: 'revoked-token' })

    await expect(read(portal)).rejects.toThrow(HubSpotUnauthorisedError)
    expect(tokenEvents).toEqual(['renewed', 'given up'])
  })

  it('tells what to do if HubSpot does not answer', async () => {
    const { simulator, portal } = await openSimulatedPortal({ portals: [{ contacts: 20 }] })
    await simulator.close()

    await expect(read(portal)).rejects.toThrow(
      /ECONNREFUSED.*after 5 attempts.*Try again later.*status\.hubspot\.com.*HUBSPOT_API_URL/,
    )
  })
})

it('B18: names the missing scope and gives up the log-in', async () => {
  const { simulator, portal, tokenEvents } = await openSimulatedPortal({ portals: [{ contacts: 20 }] })
  simulator.portal().configure({ scopes: ['oauth'] })

  const error = await portal.getList('42').catch((thrown: unknown) => thrown)

  expect(error).toBeInstanceOf(HubSpotMissingScopesError)
  expect(error).toMatchObject({ scopes: ['crm.lists.read'], message: expect.stringContaining('crm.lists.read') })
  expect(tokenEvents).toEqual(['given up'])
})

it('repeats a call for a request only within the total patience of the request', async () => {
  const { simulator, portal, pauses } = await openSimulatedPortal({
    requestPatienceMs: 60_000,
    portals: [{ contacts: 20 }],
  })
  simulator.faults.add({ kind: 'locked' })

  await expect(portal.accountInfo()).rejects.toThrow(HubSpotUnavailableError)
  const first = pauses.splice(0)
  await expect(portal.accountInfo()).rejects.toThrow(HubSpotUnavailableError)
  await expect(portal.accountInfo()).rejects.toThrow(HubSpotUnavailableError)

  // Two waits of 20 of the 60 seconds, and then 12 of the seconds that are left.
  expect(first).toEqual([2_000, 4_000, 6_000, 8_000])
  expect(pauses).toEqual([...first, 2_000, 4_000, 6_000])
})
