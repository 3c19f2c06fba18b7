import type { LinkState } from '../generated/prisma/enums.ts'
import type { Handle } from './handles.ts'

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** A handle as one contact holds it. */
export interface HeldHandle extends Handle {
  readonly fromHubspot: boolean
}

/** What ties a contact to HubSpot, as stored. */
export interface StoredLink {
  readonly hubspotId: bigint
  readonly state: LinkState
  readonly rowHash: bigint | null
  readonly isHeld: boolean
}

/** A shared contact as far as the sync reads and writes it. */
export interface StoredContact {
  readonly id: string
  readonly externalId: string | null
  readonly name: string
  readonly description: string
  readonly links: readonly string[]
  readonly customFields: Readonly<Record<string, JsonValue>>
  readonly handles: readonly HeldHandle[]
  readonly link: StoredLink | null
}
