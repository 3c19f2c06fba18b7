import type { Database } from '../database/database.ts'
import type { Encryption } from '../encryption/encryption.ts'
import type { HubSpotGateway } from '../hubspot/gateway.ts'

/** Everything that connecting to HubSpot may touch. */
export interface ConnectionContext {
  readonly database: Database
  readonly encryption: Encryption
  readonly hubspot: HubSpotGateway
  now(): Date
}
