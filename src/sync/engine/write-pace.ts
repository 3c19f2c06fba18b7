import type { SyncTuning } from '../sync-context.ts'

/** Fewer records per transaction would mostly pay for the transactions. */
const fewestRecords = 20

/**
 * Decides how many records one transaction writes. Progress is announced after each, so a transaction should take at
 * most half of `pieceMs`, at the pace of the previous one: the other half is left for reading. The first is small, since
 * no pace is known, and a new process writes its first records several times slower than later ones.
 */
export class WritePace {
  readonly #tuning: Pick<SyncTuning, 'pieceMs'>
  readonly #clock: () => number
  #msPerRecord: number | null = null

  /** `clock` returns milliseconds. */
  constructor(tuning: Pick<SyncTuning, 'pieceMs'>, clock: () => number = () => performance.now()) {
    this.#tuning = tuning
    this.#clock = clock
  }

  /** Calls `write` for all of the records in pieces of about the same size. The last one is called with true. */
  async inPieces<T>(records: readonly T[], write: (piece: readonly T[], isLast: boolean) => Promise<void>) {
    for (let start = 0; ; ) {
      const piece = records.slice(start, start + this.#sizeOfNext(records.length - start))
      start += piece.length
      const begunAt = this.#clock()
      await write(piece, start === records.length)
      if (piece.length > 0) this.#msPerRecord = (this.#clock() - begunAt) / piece.length
      if (start === records.length) return
    }
  }

  #sizeOfNext(left: number): number {
    if (this.#msPerRecord === null) return Math.min(left, fewestRecords)
    const most = Math.max(this.#tuning.pieceMs / 2 / this.#msPerRecord, fewestRecords)
    return Math.ceil(left / Math.ceil(left / most))
  }
}
