import type { Journal } from '../events/journal.ts'
import type { WebhookSender } from '../events/webhook-sender.ts'
import type { SimulatedPortal } from '../portal/portal.ts'
import type { CallLimits } from './call-limits.ts'
import type { FaultControl } from './fault-control.ts'
import type { RecordedRequests } from './recorded-requests.ts'
import type { Grant, TokenStore } from './token-store.ts'

/** What the routes may use. */
export interface SimulatorContext {
  readonly clientId: string
  readonly clientSecret: string
  readonly clock: () => number
  readonly tokens: TokenStore
  readonly faults: FaultControl
  readonly requests: RecordedRequests
  readonly webhooks: WebhookSender
  readonly journal: Journal
  readonly nextCorrelationId: () => string
  readonly drawLatency: (range: readonly [number, number]) => number
  portals(): readonly SimulatedPortal[]
  portalOf(hubId: number | undefined): SimulatedPortal | undefined
  limitsOf(grant: Grant): CallLimits
  /** The URL of this server. */
  url(): string
}
