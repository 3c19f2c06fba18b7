import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { RateWindows } from '../broker/rate-windows.ts'
import type { ConnectionContext } from '../connection/connection-context.ts'
import type { Database } from '../database/database.ts'
import type { SyncContext } from '../sync/sync-context.ts'
import type { WebhookContext } from '../webhooks/receive-webhook.ts'
import type { ApiOptions } from './api-options.ts'

/** The services of an API process. Whoever opened them closes them, after the server. */
export interface ServerContext {
  readonly database: Database
  readonly sync: SyncContext
  readonly connection: ConnectionContext
  readonly webhooks: WebhookContext
  /** The counts of all API processes for the rate limits. */
  readonly rateWindows: RateWindows
  /** Checks, by name, of everything that requests need. Each rejects if its dependency does not respond. */
  readonly dependencies: Readonly<Record<string, () => Promise<unknown>>>
  readonly log: Logger
  /** Registry for the metrics of the API, and of the process itself. */
  readonly metrics?: Registry
  /** Overrides of the default options. */
  readonly options?: Partial<ApiOptions>
}
