import type { AddressInfo } from 'node:net'
import { Journal } from './events/journal.ts'
import { WebhookSender } from './events/webhook-sender.ts'
import { latencyDraws } from './http/api-gateway.ts'
import { CallLimits } from './http/call-limits.ts'
import type { SimulatorContext } from './http/context.ts'
import { correlationIds } from './http/correlation-ids.ts'
import { FaultControl } from './http/fault-control.ts'
import { RecordedRequests } from './http/recorded-requests.ts'
import { buildServer } from './http/server.ts'
import { APP_ID } from './http/token-answers.ts'
import { type TokenPair, TokenStore, type TokenStoreOptions } from './http/token-store.ts'
import { SimulatedPortal } from './portal/portal.ts'
import { ALL_SCOPES, type PortalOptions } from './portal/portal-settings.ts'

export { signatureV3, type WebhookSettings } from './events/webhook-sender.ts'
export { type ActiveFault, FAULT_KINDS, type FaultKind, type FaultRule } from './http/fault-control.ts'
export type { ListToPut, RecordId, RecordToPut, RecordView } from './portal/portal.ts'
export type { PortalChange } from './portal/portal-change.ts'
export type { PortalSettings } from './portal/portal-settings.ts'
export type { PropertyDefinition } from './portal/property-definitions.ts'
export type { Owner } from './seed/owners.ts'
export type { FaultControl, Journal, PortalOptions, RecordedRequests, SimulatedPortal, TokenPair, WebhookSender }

type TokenSettings = Omit<TokenStoreOptions, 'clock'>

export interface SimulatorOptions {
  /** Default 0, which takes a free port. */
  port?: number
  host?: string
  /** Default: one portal with default settings. */
  portals?: readonly PortalOptions[]
  clientId?: string
  clientSecret?: string
  /** Epoch milliseconds. Used for token expiry, rate limits, and every time in an answer. */
  clock?: () => number
  accessTokenTtlSeconds?: number
  /** True if each refresh returns a new refresh token and ends the old one. */
  rotateRefreshTokens?: boolean
}

export interface Simulator {
  readonly url: string
  readonly port: number
  readonly clientId: string
  readonly clientSecret: string
  readonly requests: RecordedRequests
  readonly faults: FaultControl
  /** Sends the app the changes in its portals, once it has a target. */
  readonly webhooks: WebhookSender
  /** Provides the changes in its portals for pulling, once they are subscribed to. */
  readonly journal: Journal
  readonly portals: readonly SimulatedPortal[]
  /** The portal with this hub id. Default: the first one. */
  portal(hubId?: number): SimulatedPortal
  /** Tokens as after a log-in with every scope of the portal. */
  issueAccessToken(hubId?: number, scopes?: readonly string[]): TokenPair
  /** From the next call on, as over HTTP. */
  configureTokens(options: Partial<TokenSettings>): void
  /** As if their half hour were over. */
  expireAccessTokens(hubId?: number): void
  /** As after the customer uninstalled the app. */
  revokeTokens(hubId?: number): void
  close(): Promise<void>
}

const FIRST_HUB_ID = 1_234_567
const HALF_HOUR_SECONDS = 1800
const USER_ID = 5_709_857

/** Starts a separate HubSpot on a free port. Resolves when it answers. */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const { clientId = 'simulated-client-id', clientSecret = 'simulated-client-secret', clock = Date.now } = options
  const portals = (options.portals ?? [{}]).map(
    (portal, index) => new SimulatedPortal(portal.hubId ?? FIRST_HUB_ID + index, portal, clock),
  )
  const webhooks = new WebhookSender({ secret: clientSecret, appId: APP_ID, clock })
  const journal = new Journal(clock)
  for (const portal of portals) {
    portal.onChange((change) => {
      webhooks.hear(portal.hubId, change)
      journal.hear(portal.hubId, change)
    })
  }
  const byHubId = new Map(portals.map((portal) => [portal.hubId, portal]))
  const limits = new Map<string, CallLimits>()
  const host = options.host ?? '127.0.0.1'
  let port = options.port ?? 0
  const url = () => `http://${host.includes(':') ? `[${host}]` : host}:${port}`

  const context: SimulatorContext = {
    clientId,
    clientSecret,
    clock,
    tokens: new TokenStore({
      clock,
      accessTokenTtlSeconds: options.accessTokenTtlSeconds ?? HALF_HOUR_SECONDS,
      rotateRefreshTokens: options.rotateRefreshTokens ?? false,
    }),
    faults: new FaultControl(),
    requests: new RecordedRequests(),
    webhooks,
    journal,
    nextCorrelationId: correlationIds(),
    drawLatency: latencyDraws(),
    portals: () => portals,
    portalOf: (hubId) => (hubId === undefined ? undefined : byHubId.get(hubId)),
    limitsOf: (grant) => {
      const key = `${grant.clientId}/${grant.hubId}`
      const found = limits.get(key) ?? new CallLimits()
      limits.set(key, found)
      return found
    },
    url,
  }

  const portal = (hubId?: number): SimulatedPortal => {
    const found = hubId === undefined ? portals[0] : byHubId.get(hubId)
    if (!found) throw new Error(`The simulator has no portal ${hubId ?? 'at all'}`)
    return found
  }
  const issueAccessToken = (hubId?: number, scopes: readonly string[] = ALL_SCOPES): TokenPair =>
    context.tokens.issue({ hubId: portal(hubId).hubId, clientId, userId: USER_ID, scopes })

  const app = buildServer(context, issueAccessToken)
  await app.listen({ port, host })
  port = (app.server.address() as AddressInfo).port

  return {
    url: url(),
    port,
    clientId,
    clientSecret,
    requests: context.requests,
    faults: context.faults,
    webhooks,
    journal,
    portals,
    portal,
    issueAccessToken,
    configureTokens: (options) => void Object.assign(context.tokens.options, options),
    expireAccessTokens: (hubId) => context.tokens.expireAccessTokens(portal(hubId).hubId),
    revokeTokens: (hubId) => context.tokens.revokePortal(portal(hubId).hubId),
    close: async () => {
      await webhooks.close()
      await app.close()
    },
  }
}
