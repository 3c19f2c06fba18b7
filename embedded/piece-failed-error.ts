/** A part of the stack could not be started. The message says which part, why, and what to do instead. */
export class PieceFailedError extends Error {
  override name = 'PieceFailedError'

  constructor(piece: string, why: string, { remedy, cause }: { remedy: string; cause?: unknown }) {
    super(`${piece} could not be started: ${why}.\n${remedy}`, { cause })
  }
}
