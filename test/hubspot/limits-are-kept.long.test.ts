import { expect, it } from 'vitest'
import { openBroker } from '../../src/broker/open-broker.ts'
import { sharedCallBudget } from '../../src/hubspot/call-budget.ts'
import { openHubSpot } from '../../src/hubspot/gateway.ts'
import { cleanUp } from '../support/clean-up.ts'
import { createTestBroker } from '../support/test-broker.ts'
import { startTestSimulator } from '../support/test-sync.ts'

const limit = 44
const intervalMs = 1_000
const calls = 120

it('two processes that call four portals never exceed the limits, and use nearly all of them', async () => {
  // given
  const broker = await createTestBroker()
  const other = await openBroker(broker.options)
  cleanUp(() => other.close())
  const portals = [1, 2, 3, 4].map((hubId) => ({
    hubId,
    contacts: 20,
    rateLimit: limit,
    rateIntervalMs: intervalMs,
    latencyMs: [5, 60] as const,
  }))
  const simulator = await startTestSimulator({ portals })
  const processes = [broker, other].map(({ callWindows }) => openPortals(simulator, callWindows))
  for (const process of processes) for (const { accountInfo } of process) await accountInfo()
  simulator.requests.reset()

  // when
  const began = performance.now()
  const takings = processes.flatMap((process) => process.map(callOn))
  const took = await Promise.all(takings)

  // then
  expect(simulator.requests.statuses).toEqual({ 200: 2 * 4 * calls })
  const windows = (Math.max(...took) - began) / intervalMs
  const share = (2 * calls) / (limit * windows)
  // The margins cost at least a tenth of a second: a large part of this window, but a hundredth of HubSpot's.
  expect(share).toBeGreaterThan(0.5)
})

function openPortals(
  simulator: Awaited<ReturnType<typeof startTestSimulator>>,
  windows: Parameters<typeof sharedCallBudget>[0],
) {
  const hubspot = openHubSpot({
    environment: {
      clientId: simulator.clientId,
      clientSecret: simulator.clientSecret,
      apiUrl: simulator.url,
      appUrl: simulator.url,
      apiVersion: '2026-03',
    },
    publicUrl: 'http://localhost',
    budget: sharedCallBudget(windows, { appId: 'app' }),
  })
  cleanUp(() => hubspot.close())
  return simulator.portals.map(({ hubId }) => {
    const { accessToken } = simulator.issueAccessToken(hubId)
    const tokens = { current: async () => accessToken, renew: async () => accessToken, giveUp: async () => {} }
    return hubspot.portal(BigInt(hubId), tokens)
  })
}

/** Makes calls, eight at a time. Returns the time of the last answer. */
async function callOn(portal: ReturnType<typeof openPortals>[number]): Promise<number> {
  let left = calls
  const ask = async () => {
    while (left-- > 0) await portal.membershipPage('42', { after: null, limit: 1 })
  }
  await Promise.all(Array.from({ length: 8 }, ask))
  return performance.now()
}
