import type { HubSpotRecord } from '../../hubspot/portal.ts'
import { giveUpAtAttempt, type Portion, PortionReader, portionLimit } from '../reading/read-portion.ts'
import type { RunPart } from '../reading/run-part.ts'
import type { SourcePage } from '../reading/sources.ts'
import type { Turn } from '../runs/turn.ts'
import { type PageEntry, preparePage } from '../writing/prepare-page.ts'

/** A part of a source's page, ready to be written. */
export interface Piece {
  readonly entries: readonly PageEntry[]
  /** True if nothing of the page is left to be read. */
  readonly isLast: boolean
}

/**
 * Reads the pages of a turn, in pieces that are soon ready to be written. Pages that follow the one at which the run
 * stopped before are assumed to be normal until they prove otherwise.
 */
export class PieceReader {
  readonly #turn: Turn
  readonly #part: RunPart
  readonly #reader: PortionReader
  readonly #resumedAt: string | null
  readonly #limitThere: number
  #isSuspect: boolean
  #isFirst = true

  constructor(turn: Turn, part: RunPart) {
    const { attempts, checkpoint } = turn.run
    this.#turn = turn
    this.#part = part
    this.#reader = new PortionReader(part, turn.context.tuning, turn.isOver)
    this.#resumedAt = checkpoint.after
    this.#limitThere = portionLimit(attempts)
    this.#isSuspect = attempts >= giveUpAtAttempt
  }

  /**
   * Yields the records of `ids` of a page. Ends before the last piece if the turn is over, but never before the first
   * one.
   */
  async *read(page: SourcePage, ids: readonly bigint[], signal: AbortSignal): AsyncGenerator<Piece> {
    const [suspect] = ids
    if (this.#isSuspect && suspect !== undefined) {
      this.#isSuspect = false
      const rest = ids.slice(1)
      yield { entries: [{ kind: 'given-up', hubspotId: suspect }], isLast: rest.length === 0 }
      if (rest.length > 0) yield* this.read(page, rest, signal)
      return
    }
    const limit = page.after === this.#resumedAt ? this.#limitThere : Number.POSITIVE_INFINITY
    const isCautious = Number.isFinite(limit)
    // One call tells the accounts of a whole page. A page that ended its worker is not asked about as a whole.
    const ofPage = isCautious ? null : this.#part.findAccounts(ids, signal)
    // A failure is thrown with the first piece.
    ofPage?.catch(() => {})
    for await (const { ids: asked, records, rest } of this.#portionsOf(page, ids, limit, signal)) {
      const accounts = await (ofPage ?? this.#part.findAccounts(asked, signal))
      const { context, run } = this.#turn
      const entries = await preparePage(context.database.pool, run, this.#part, records, accounts)
      yield { entries, isLast: rest.length === 0 }
    }
  }

  #portionsOf(page: SourcePage, ids: readonly bigint[], limit: number, signal: AbortSignal) {
    if (page.records !== undefined) return this.#portionsOfKnown(page.records, ids, limit)
    return Number.isFinite(limit) ? this.#reader.readCautiously(ids, limit, signal) : this.#reader.read(ids, signal)
  }

  /** For records that came with their ids. The first portion of a turn is short, so that it is soon written. */
  *#portionsOfKnown(known: readonly HubSpotRecord[], ids: readonly bigint[], limit: number): Generator<Portion> {
    const { readLimit } = this.#turn.context.tuning
    for (let start = 0; start === 0 || start < ids.length; ) {
      const end = start + (this.#isFirst ? Math.min(readLimit, limit) : limit)
      this.#isFirst = false
      const some = new Set(ids.slice(start, end))
      const records = known.filter(({ hubspotId }) => some.has(hubspotId))
      yield { ids: [...some], records, rest: ids.slice(end) }
      start = end
    }
  }
}
