import type { HubSpotRecord } from '../../hubspot/portal.ts'
import type { SyncTuning } from '../sync-context.ts'
import type { RunPart } from './run-part.ts'
import { weightOf } from './weight-of.ts'

/** Records that are read and written together: as many of the requested ones as fit into memory. */
export interface Portion {
  readonly records: readonly HubSpotRecord[]
  /** Requested ids that are left for the next portion. */
  readonly rest: readonly bigint[]
}

/**
 * Reads records in portions that are limited by bytes as well as by number. HubSpot allows 65,536 characters per
 * property, so a thousand records can take a few hundred megabytes. It makes as many parallel calls as the largest
 * answer so far leaves room for. The first call is made alone, since nothing is known yet.
 */
export class PortionReader {
  readonly #part: Pick<RunPart, 'read' | 'plan'>
  readonly #tuning: Pick<SyncTuning, 'readLimit' | 'pageBytes'>
  /** Bytes of the largest recent answer; null before the first one. */
  #heaviest: number | null = null

  constructor(part: Pick<RunPart, 'read' | 'plan'>, tuning: Pick<SyncTuning, 'readLimit' | 'pageBytes'>) {
    this.#part = part
    this.#tuning = tuning
  }

  /** Reads some of the records: at most `limit`, and at least the records of one call. */
  async read(ids: readonly bigint[], limit: number, signal: AbortSignal): Promise<Portion> {
    const { readLimit, pageBytes } = this.#tuning
    const end = Math.min(ids.length, limit)
    const records: HubSpotRecord[] = []
    let bytes = 0
    let read = 0
    while (read < end && bytes < pageBytes) {
      const batches: Promise<readonly HubSpotRecord[]>[] = []
      for (let room = this.#callsAtOnce(pageBytes - bytes); room > 0 && read < end; room--) {
        const batch = ids.slice(read, Math.min(read + readLimit, end))
        batches.push(this.#part.read(batch, this.#part.plan.requested, signal))
        read += batch.length
      }
      for (const batch of await Promise.all(batches)) {
        const weight = weightOf(batch)
        // Decays slowly, so that one large answer does not slow down all that follow.
        this.#heaviest = Math.max(weight, (this.#heaviest ?? 0) * 0.9)
        bytes += weight
        for (const record of batch) records.push(record)
      }
    }
    return { records, rest: ids.slice(read) }
  }

  #callsAtOnce(bytes: number): number {
    if (this.#heaviest === null) return 1
    return Math.max(1, Math.floor(bytes / Math.max(this.#heaviest, 1)))
  }
}

/**
 * Maximum number of records in a portion after this many attempts at the same page. A page that ends its worker again
 * and again is taken in smaller and smaller portions, until the record at fault is alone.
 */
export function portionLimit(attempts: number): number {
  if (attempts <= 2) return Number.POSITIVE_INFINITY
  return [100, 10][attempts - 3] ?? 1
}

/** A record that was alone in its portion and still ended its worker is given up at this attempt. */
export const giveUpAtAttempt = 6
