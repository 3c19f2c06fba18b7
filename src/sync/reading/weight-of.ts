import type { HubSpotRecord } from '../../hubspot/portal.ts'

/** Approximate memory that the records take: one byte per character. */
export function weightOf(records: readonly HubSpotRecord[]): number {
  let weight = 0
  for (const { properties } of records) {
    for (const name in properties) weight += (properties[name]?.length ?? 0) + name.length
  }
  return weight
}
