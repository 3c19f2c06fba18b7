import type { Database, Queryable } from '../database/database.ts'
import type { Encryption } from '../encryption/encryption.ts'
import type { HubSpotGateway } from '../hubspot/gateway.ts'

/** Everything that connecting to HubSpot may use. */
export interface ConnectionContext {
  readonly database: Database
  readonly encryption: Encryption
  readonly hubspot: HubSpotGateway
  now(): Date
  /** The URLs to which a log-in may send the browser back. None if omitted. */
  readonly returnUrls?: readonly string[]
  /**
   * Unlinks the workspace from its current portal, in the transaction that replaces the portal with another one (B18).
   */
  forgetPortal?(client: Queryable, workspaceId: string): Promise<void>
  /** Called after each log-in is stored, so that work which waited for it continues (B17). Never rejects. */
  afterLogin?(login: { readonly workspaceId: string }): Promise<void>
}
