import type { HubSpotRecord } from '../../hubspot/portal.ts'

/** What the records take in memory, roughly: a byte a character. */
export function weightOf(records: readonly HubSpotRecord[]): number {
  let weight = 0
  for (const { properties } of records) {
    for (const name in properties) weight += (properties[name]?.length ?? 0) + name.length
  }
  return weight
}
