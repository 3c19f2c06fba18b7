import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { RateWindows } from '../broker/rate-windows.ts'
import type { ConnectionContext } from '../connection/connection-context.ts'
import type { Database } from '../database/database.ts'
import type { SyncContext } from '../sync/sync-context.ts'
import type { WebhookContext } from '../webhooks/receive-webhook.ts'
import type { ApiOptions } from './api-options.ts'

/** What the API process serves with. Whoever opened these closes them, after the server. */
export interface ServerContext {
  readonly database: Database
  readonly sync: SyncContext
  readonly connection: ConnectionContext
  readonly webhooks: WebhookContext
  /** Counts of all API processes for the rate limits. */
  readonly rateWindows: RateWindows
  /** What must answer before requests are worth sending here, by name; each rejects when it does not. */
  readonly dependencies: Readonly<Record<string, () => Promise<unknown>>>
  readonly log: Logger
  /** Where the process counts; what it counts of itself is there too. */
  readonly metrics?: Registry
  /** Where it differs from what an API does unless said. */
  readonly options?: Partial<ApiOptions>
}
