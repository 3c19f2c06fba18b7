import type { ObjectType } from '../generated/prisma/enums.ts'
import { hubspotTypeIds } from '../hubspot/object-types.ts'

/**
 * A HubSpot record that should be read again, or whose person's data must be erased (B61), as reported by HubSpot. Changed
 * values are not taken from the event, which may arrive twice, late, out of order, or never.
 */
export interface RecordChange {
  readonly kind: 'CHANGED' | 'PRIVACY_DELETED'
  readonly portalId: bigint
  readonly objectType: ObjectType
  readonly hubspotId: bigint
  readonly occurredAt: Date
}

/** The one fact that only an event provides: which of two merged records was the primary one (B59). */
export interface MergeChange {
  readonly portalId: bigint
  readonly objectType: ObjectType
  readonly primaryId: bigint
  readonly mergedIntoId: bigint
}

export interface Changes {
  readonly records: readonly RecordChange[]
  readonly merges: readonly MergeChange[]
}

export const objectTypesById: ReadonlyMap<string, ObjectType> = new Map([
  [hubspotTypeIds.CONTACT, 'CONTACT'],
  [hubspotTypeIds.ACCOUNT, 'ACCOUNT'],
])

/** HubSpot sends ids as JSON numbers, and in some places as text. */
export function hubspotIdOf(value: unknown): bigint | null {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  return /^\d{1,18}$/.test(text) ? BigInt(text) : null
}

export function idsOf(...values: unknown[]): bigint[] {
  return values
    .flat()
    .map(hubspotIdOf)
    .filter((id) => id !== null)
}
