import type { HubSpotPortal, HubSpotRecord } from '../../hubspot/portal.ts'
import { mergedIds } from '../mapping/field-plan.ts'
import type { RunPart } from './run-part.ts'

/** Reads records in parallel calls of `size` records each. */
export function readInBatches(size: number, read: HubSpotPortal['readContacts']): Pick<RunPart, 'read' | 'readAny'> {
  const readAll = async (ids: readonly bigint[], properties: readonly string[], signal: AbortSignal) => {
    const batches: Promise<HubSpotRecord[]>[] = []
    for (let start = 0; start < ids.length; start += size) {
      batches.push(read(ids.slice(start, start + size), properties, signal))
    }
    return (await Promise.all(batches)).flat()
  }
  return {
    readAny: (ids, signal) => readAll(ids, [mergedIds], signal),
    read: async (ids, properties, signal) => {
      const found = new Map((await readAll(ids, properties, signal)).map((record) => [record.hubspotId, record]))
      // HubSpot returns a merged record under its new id, which is in scope or not in its own right.
      return ids.flatMap((id) => found.get(id) ?? [])
    },
  }
}
