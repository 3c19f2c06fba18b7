import { readAhead } from '../reading/read-ahead.ts'
import type { RunPart } from '../reading/run-part.ts'
import type { SourcePage } from '../reading/sources.ts'
import { announceRun } from '../runs/announce-run.ts'
import type { Turn } from '../runs/turn.ts'
import { applyPage } from '../writing/apply-page.ts'
import type { PageEntry } from '../writing/prepare-page.ts'
import { type Piece, PieceReader } from './read-pieces.ts'
import { WritePace } from './write-pace.ts'

/** Higher than any HubSpot id, which has at most 18 digits. */
const endOfIds = 10n ** 18n

/**
 * Processes the part's source from the run's checkpoint on. Returns false if the turn was over before the end; records
 * that were read ahead by then are still written.
 */
export async function syncRecords(turn: Turn, part: RunPart): Promise<boolean> {
  const { context, run, isOver, stop } = turn
  const reader = new PieceReader(turn, part)
  const pace = new WritePace(context.tuning)
  const begin = async (page: SourcePage, signal: AbortSignal) => {
    const done = doneIn(turn)
    const ids = done < 0n ? page.ids : page.ids.filter((id) => id > done)
    const pieces = reader.read(page, ids, signal)
    return { page, pieces, first: await pieces.next() }
  }

  const pages = readAhead(part.source, run.checkpoint.after, context.tuning.pagesAhead, begin, isOver, stop)
  for await (const { page, pieces, first } of pages) {
    let isWhole = false
    for (let next = first; next.done !== true; next = await pieces.next()) {
      await write(turn, part, page, next.value, pace)
      isWhole = next.value.isLast
    }
    if (!isWhole) return false
    if (page.next === null) return true
  }
  return false
}

/** Highest id that is done in this pass; -1 at its beginning. */
function doneIn({ run }: Turn): bigint {
  return run.checkpoint.lastId === null ? -1n : BigInt(run.checkpoint.lastId)
}

async function write(turn: Turn, part: RunPart, page: SourcePage, piece: Piece, pace: WritePace): Promise<void> {
  const done = doneIn(turn)
  // HubSpot may repeat an id where one page ends and the next one begins.
  const entries = piece.entries.filter(({ hubspotId }) => hubspotId > done)
  // A piece without any records is announced with the next one.
  if (entries.length === 0 && !piece.isLast) return
  await pace.inPieces(entries, (some, isLast) => writePiece(turn, part, page, some, isLast && piece.isLast))
}

/** Writes records of a page, and announces how far the run is. Nothing is announced that is not committed. */
async function writePiece(
  turn: Turn,
  part: RunPart,
  page: SourcePage,
  entries: readonly PageEntry[],
  isLast: boolean,
): Promise<void> {
  const { context, run } = turn
  await applyPage(
    turn,
    part,
    {
      entries,
      span: spanOf(part, page, doneIn(turn)),
      next: (upTo, result, isWhole) => ({
        ...run.checkpoint,
        // After a part of a page, the cursor stays, and the id tells how far the page is done.
        after: isWhole ? (page.next ?? page.after) : page.after,
        lastId: String(upTo),
        leftOut: run.checkpoint.leftOut + (result?.outcomes['left-out'] ?? 0),
        ...(part.source.isIncomplete && { isListIncomplete: true }),
      }),
    },
    isLast,
  )
  await announceRun(context, run.workspaceId, run.id)
}

/** The range of ids whose links must be met in the page, or have departed. */
function spanOf(part: RunPart, { ids, next }: SourcePage, after: bigint) {
  const last = ids.at(-1) ?? after
  return { after, upTo: next === null ? endOfIds : last, among: part.source.isWhole ? null : ids }
}
