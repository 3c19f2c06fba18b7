import type { LinkState } from '../generated/prisma/enums.ts'
import type { Handle } from './handle.ts'

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** A handle as one record holds it. */
export interface HeldHandle extends Handle {
  readonly fromHubspot: boolean
}

/** A link as stored. */
export interface StoredLink {
  readonly hubspotId: bigint
  readonly state: LinkState
  readonly rowHash: bigint | null
  readonly isHeld: boolean
}

/** A shared contact or an account, as far as the sync reads and writes it. */
export interface StoredRecord {
  readonly id: string
  readonly externalId: string | null
  readonly name: string
  readonly description: string
  /** Always empty for an account. */
  readonly links: readonly string[]
  readonly customFields: Readonly<Record<string, JsonValue>>
  readonly handles: readonly HeldHandle[]
  /** The account of a contact; null for an account. */
  readonly accountId: string | null
  /** The sync attached the account, so the sync may detach it (B67). */
  readonly accountFromHubspot: boolean
  readonly link: StoredLink | null
}
