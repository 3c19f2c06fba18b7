import type { HubSpotRecord } from '../../hubspot/portal.ts'
import type { SyncTuning } from '../sync-context.ts'
import type { RunPart } from './run-part.ts'
import { weightOf } from './weight-of.ts'

/** Records that are read and written together. */
export interface Portion {
  /** The requested ids. */
  readonly ids: readonly bigint[]
  /** Their records, without those that HubSpot no longer knows. */
  readonly records: readonly HubSpotRecord[]
  /** Ids of the page that are left for later portions, or for the next turn. */
  readonly rest: readonly bigint[]
}

/** A call that was sent, for the records of `ids`. */
interface Call {
  readonly ids: readonly bigint[]
  readonly records: Promise<readonly HubSpotRecord[]>
  isAnswered: boolean
}

/**
 * Reads the records of pages in portions.
 *
 * Portions are limited by bytes as well as by number. HubSpot allows 65,536 characters per property, so a thousand
 * records can take a few hundred megabytes. As many calls are made at once as the largest answer so far leaves room for.
 * The first call is made alone, since nothing is known yet, and its records are a portion of their own, so that the
 * first records of a turn are soon written.
 *
 * Portions are also limited by time, since progress is announced after each. If HubSpot's limits leave few calls per
 * second, whatever has arrived after half of `pieceMs` is a portion. The rest of the page keeps arriving while it is
 * written.
 */
export class PortionReader {
  readonly #part: Pick<RunPart, 'read' | 'plan'>
  readonly #tuning: Pick<SyncTuning, 'readLimit' | 'pageBytes' | 'pieceMs'>
  readonly #isClosing: () => boolean
  /** Bytes of the largest recent answer; null before the first one. */
  #heaviest: number | null = null

  /** Once `isClosing` returns true, pages of large records are left after the calls that were already sent. */
  constructor(
    part: Pick<RunPart, 'read' | 'plan'>,
    tuning: Pick<SyncTuning, 'readLimit' | 'pageBytes' | 'pieceMs'>,
    isClosing: () => boolean,
  ) {
    this.#part = part
    this.#tuning = tuning
    this.#isClosing = isClosing
  }

  /** Yields the records of at least one call. If no ids are given, it yields one empty portion. */
  async *read(ids: readonly bigint[], signal: AbortSignal): AsyncGenerator<Portion> {
    const { pageBytes, pieceMs } = this.#tuning
    const sent: Call[] = []
    let sentIds = 0
    let done = 0
    let yielded = 0
    let records: HubSpotRecord[] = []
    let bytes = 0
    let isEmpty = true
    let dueAt = performance.now() + pieceMs / 2

    const sendWhatFits = () => {
      if (bytes >= pageBytes) return
      for (let room = this.#callsAtOnce(pageBytes - bytes); room > 0 && sentIds < ids.length; room--) {
        const call = this.#send(ids.slice(sentIds, sentIds + this.#tuning.readLimit), signal)
        sentIds += call.ids.length
        sent.push(call)
      }
    }
    // A page whose rest fits into memory is read to its end: the calls for the pages after it are on their way. So is a page
    // of which no record was found yet, since a turn without a record would not move the checkpoint.
    const mayGoOn = () =>
      !this.#isClosing() || isEmpty || this.#callsAtOnce(pageBytes) * this.#tuning.readLimit >= ids.length - sentIds
    const isDue = () => performance.now() >= dueAt && sent[0]?.isAnswered !== true

    if (ids.length === 0) yield { ids, records, rest: [] }
    else sendWhatFits()
    for (let call = sent.shift(); call !== undefined; call = sent.shift()) {
      const isFirstOfAll = this.#heaviest === null
      const answer = await call.records
      const weight = weightOf(answer)
      // Decays slowly, so that one large answer does not slow down all that follow.
      this.#heaviest = Math.max(weight, (this.#heaviest ?? 0) * 0.9)
      bytes += weight
      done += call.ids.length
      if (answer.length > 0) isEmpty = false
      for (const record of answer) records.push(record)
      // More can arrive while this is written, if there is room for both.
      if (sent.length === 0 && mayGoOn()) sendWhatFits()
      if (sent.length > 0 && !isFirstOfAll && !isDue()) continue
      yield { ids: ids.slice(yielded, done), records, rest: ids.slice(done) }
      yielded = done
      records = []
      bytes = 0
      dueAt = performance.now() + pieceMs / 2
      if (sent.length === 0 && mayGoOn()) sendWhatFits()
    }
  }

  /**
   * Like {@link read}, but with one call of at most `limit` records per portion. The next call is sent after the
   * previous portion was written.
   */
  async *readCautiously(ids: readonly bigint[], limit: number, signal: AbortSignal): AsyncGenerator<Portion> {
    const size = Math.min(limit, this.#tuning.readLimit)
    let isEmpty = true
    for (let start = 0; start === 0 || (start < ids.length && (isEmpty || !this.#isClosing())); start += size) {
      const call = this.#send(ids.slice(start, start + size), signal)
      const records = await call.records
      if (records.length > 0) isEmpty = false
      yield { ids: call.ids, records, rest: ids.slice(start + size) }
    }
  }

  #send(ids: readonly bigint[], signal: AbortSignal): Call {
    const records = this.#part.read(ids, this.#part.plan.requested, signal)
    const call: Call = { ids, records, isAnswered: false }
    // A failure is thrown when the turn of the call comes.
    records.then(
      () => {
        call.isAnswered = true
      },
      () => {},
    )
    return call
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
