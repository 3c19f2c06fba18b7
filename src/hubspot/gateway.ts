import type { HubSpotEnvironment } from '../config/environment.ts'
import type { CallBudget } from './call-budget.ts'
import type { AccessTokens, CountedUsage } from './call-hubspot.ts'
import { type HubSpotJournal, journalOverHttp } from './journal.ts'
import { type HubSpotOAuth, oauthOverHttp } from './oauth.ts'
import { hubspotPaths } from './paths.ts'
import { type Pause, pause as realPause } from './pause.ts'
import type { HubSpotPortal } from './portal.ts'
import { portalOverHttp } from './portal-over-http.ts'
import { Requester } from './requester.ts'
import { openBulkSender } from './send-bulk.ts'
import { openRareSender } from './send-rare.ts'

/** The connection to HubSpot, one per process. */
export interface HubSpotGateway {
  readonly oauth: HubSpotOAuth
  readonly journal: HubSpotJournal
  portal(portalId: bigint, tokens: AccessTokens, options?: PortalOptions): HubSpotPortal
  /** Closes the connections. Calls in progress fail. */
  close(): Promise<void>
}

export interface PortalOptions {
  /** The portal's time zone. UTC if it is not known yet. */
  readonly timeZone?: string
  readonly usage?: CountedUsage
  /** The workspace whose request reads from the portal. Absent for runs. */
  readonly requestOf?: string
}

export interface GatewayOptions {
  readonly environment: HubSpotEnvironment
  /** The URL that HubSpot redirects browsers to, without a trailing slash. */
  readonly publicUrl: string
  readonly budget: CallBudget
  /** Maximum duration of a single attempt. */
  readonly deadlineMs?: number
  /** How long the calls of one request may wait in total, for places and for repeated attempts. */
  readonly requestPatienceMs?: number
  /** How to wait between attempts. */
  readonly pause?: Pause
}

export const callbackPath = '/oauth/hubspot/callback'

/** Only the app's side of OAuth, for a process that reads from no portal. */
export function openHubSpotOAuth({
  environment,
  publicUrl,
  deadlineMs = defaultDeadlineMs,
  pause = realPause,
}: Omit<GatewayOptions, 'budget' | 'requestPatienceMs'>): HubSpotOAuth {
  const paths = hubspotPaths(environment.apiVersion)
  const send = openRareSender(environment.apiUrl, deadlineMs)
  return oauthOverHttp({ environment, redirectUri: publicUrl + callbackPath, paths, send, pause })
}

const defaultDeadlineMs = 30_000

/** Opens no connection before the first call. */
export function openHubSpot({
  environment,
  publicUrl,
  budget,
  deadlineMs = defaultDeadlineMs,
  requestPatienceMs = 5_000,
  pause = realPause,
}: GatewayOptions): HubSpotGateway {
  const paths = hubspotPaths(environment.apiVersion)
  const bulk = openBulkSender(environment.apiUrl, deadlineMs)
  const sendRare = openRareSender(environment.apiUrl, deadlineMs)
  return {
    oauth: oauthOverHttp({ environment, redirectUri: publicUrl + callbackPath, paths, send: sendRare, pause }),
    journal: journalOverHttp({ environment, paths, send: sendRare, pause, deadlineMs }),
    portal: (portalId, tokens, { timeZone = 'UTC', usage = { calls: 0, repeats: 0 }, requestOf } = {}) => {
      const requester = requestOf === undefined ? undefined : new Requester(requestOf, requestPatienceMs)
      const access = { portalId, tokens, budget, timeZone, usage, requester }
      return portalOverHttp({ paths, access, sendBulk: bulk.send, sendRare, pause })
    },
    close: bulk.close,
  }
}
