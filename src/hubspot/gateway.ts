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

/** The way to HubSpot: one per process. */
export interface HubSpotGateway {
  readonly oauth: HubSpotOAuth
  readonly journal: HubSpotJournal
  portal(portalId: bigint, tokens: AccessTokens, options?: PortalOptions): HubSpotPortal
  /** Calls under way fail. */
  close(): Promise<void>
}

export interface PortalOptions {
  /** UTC where it is not known yet. */
  readonly timeZone?: string
  readonly usage?: CountedUsage
  /** The workspace for whose request the portal is asked. Absent for runs. */
  readonly requestOf?: string
}

export interface GatewayOptions {
  readonly environment: HubSpotEnvironment
  /** Where HubSpot sends browsers back to, without a trailing slash. */
  readonly publicUrl: string
  readonly budget: CallBudget
  /** How long a single attempt may take. */
  readonly deadlineMs?: number
  /** How long the calls for one request may wait, together: for places, and for attempts after ones that failed. */
  readonly requestPatienceMs?: number
  /** How to wait between attempts. */
  readonly pause?: Pause
}

export const callbackPath = '/oauth/hubspot/callback'

/** Makes no connection before the first call. */
export function openHubSpot({
  environment,
  publicUrl,
  budget,
  deadlineMs = 30_000,
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
