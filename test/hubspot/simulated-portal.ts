import type { Simulator, SimulatorOptions } from '../../simulator/index.ts'
import type { ApiVersion } from '../../src/config/environment.ts'
import type { CallBudget } from '../../src/hubspot/call-budget.ts'
import type { AccessTokens } from '../../src/hubspot/call-hubspot.ts'
import { HubSpotUnauthorisedError } from '../../src/hubspot/errors.ts'
import { type HubSpotGateway, openHubSpot } from '../../src/hubspot/gateway.ts'
import type { HubSpotPortal } from '../../src/hubspot/portal.ts'
import { cleanUp } from '../support/clean-up.ts'
import { startTestSimulator, unlimited } from '../support/test-sync.ts'

export interface SimulatedPortalOptions extends SimulatorOptions {
  readonly apiVersion?: ApiVersion
  readonly budget?: CallBudget
  readonly deadlineMs?: number
  /** Opens the portal for a request with this patience. Default: opens it for a run. */
  readonly requestPatienceMs?: number
}

export interface SimulatedHubSpotPortal {
  readonly simulator: Simulator
  readonly hubspot: HubSpotGateway
  readonly portal: HubSpotPortal
  /** The requested waits between attempts, in milliseconds. They are not actually waited for. */
  readonly pauses: number[]
  /** Events of the access tokens, apart from handing one out. */
  readonly tokenEvents: ('renewed' | 'given up')[]
}

/** Opens the simulator's first portal in the same way as the product opens HubSpot. */
export async function openSimulatedPortal({
  apiVersion = '2026-03',
  budget = unlimited,
  deadlineMs,
  requestPatienceMs,
  ...options
}: SimulatedPortalOptions = {}): Promise<SimulatedHubSpotPortal> {
  const simulator = await startTestSimulator(options)
  const pauses: number[] = []
  const hubspot = openHubSpot({
    environment: {
      clientId: simulator.clientId,
      clientSecret: simulator.clientSecret,
      apiUrl: simulator.url,
      appUrl: simulator.url,
      apiVersion,
    },
    publicUrl: 'http://localhost:4000',
    budget,
    deadlineMs,
    requestPatienceMs,
    pause: async (ms, signal) => {
      signal?.throwIfAborted()
      pauses.push(ms)
    },
  })
  cleanUp(() => hubspot.close())
  const tokenEvents: ('renewed' | 'given up')[] = []
  const { hubId } = simulator.portal()
  const tokens = renewableTokens(simulator, tokenEvents)
  const requestOf = requestPatienceMs === undefined ? undefined : 'a workspace'
  return { simulator, hubspot, portal: hubspot.portal(BigInt(hubId), tokens, { requestOf }), pauses, tokenEvents }
}

function renewableTokens(simulator: Simulator, events: ('renewed' | 'given up')[]): AccessTokens {
  let { accessToken } = simulator.issueAccessToken()
  return {
    current: async () => accessToken,
    renew: async (refused) => {
      if (refused !== accessToken) throw new HubSpotUnauthorisedError('a token was renewed that is not the current one')
      events.push('renewed')
      accessToken = simulator.issueAccessToken().accessToken
      return accessToken
    },
    giveUp: async () => {
      events.push('given up')
    },
  }
}
