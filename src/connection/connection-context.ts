import type { Database, Queryable } from '../database/database.ts'
import type { Encryption } from '../encryption/encryption.ts'
import type { HubSpotGateway } from '../hubspot/gateway.ts'

/** Everything that connecting to HubSpot may touch. */
export interface ConnectionContext {
  readonly database: Database
  readonly encryption: Encryption
  readonly hubspot: HubSpotGateway
  now(): Date
  /** Unties the workspace from its present portal, in the transaction that puts another one in its place (B18). */
  forgetPortal?(client: Queryable, workspaceId: string): Promise<void>
  /** Told of each log-in once it is stored, so that what waited for it goes on (B17). Never rejects. */
  afterLogin?(login: { readonly workspaceId: string }): Promise<void>
}
