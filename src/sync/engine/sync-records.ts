import { together } from '../../database/database.ts'
import type { AccountOfContact } from '../mapping/record-draft.ts'
import { readAhead } from '../reading/read-ahead.ts'
import { giveUpAtAttempt, PortionReader, portionLimit } from '../reading/read-portion.ts'
import type { RunPart } from '../reading/run-part.ts'
import type { SourcePage } from '../reading/sources.ts'
import { announceRun } from '../runs/announce-run.ts'
import type { Turn } from '../runs/turn.ts'
import { applyPage } from '../writing/apply-page.ts'
import { type PageEntry, preparePage } from '../writing/prepare-page.ts'
import { WritePace } from './write-pace.ts'

/** Higher than any HubSpot id, which has at most 18 digits. */
const endOfIds = 10n ** 18n

/** A part of a source's page, ready to be written. */
interface Piece {
  readonly page: SourcePage
  readonly entries: readonly PageEntry[]
  /** Ids of the page that have not been read yet. */
  readonly rest: readonly bigint[]
  /** Accounts of the records in `rest`, after the first piece of a turn; otherwise null. */
  readonly accounts: ReadonlyMap<bigint, AccountOfContact> | null
}

/**
 * Processes the part's source from the run's checkpoint on. Returns false if the turn was over before the end; records
 * that were read ahead by then are still written.
 */
export async function syncRecords(turn: Turn, part: RunPart): Promise<boolean> {
  const { context, run, isOver, stop } = turn
  const reader = new PortionReader(part, context.tuning)
  const pace = new WritePace(context.tuning)
  const cameTo = run.checkpoint.after
  let isSuspect = run.attempts >= giveUpAtAttempt
  let isFirst = true

  const read = async (
    page: SourcePage,
    ids: readonly bigint[],
    known: Piece['accounts'],
    signal: AbortSignal,
  ): Promise<Piece> => {
    const [first] = ids
    if (isSuspect && first !== undefined) {
      isSuspect = false
      return { page, entries: [{ kind: 'given-up', hubspotId: first }], rest: ids.slice(1), accounts: null }
    }
    // Only at the place where the run stopped before. Later pages are assumed to be normal until they prove otherwise.
    const limit = page.after === cameTo ? portionLimit(run.attempts) : Number.POSITIVE_INFINITY
    // The first piece is a single call, so that the first records are soon written. It costs no call: the accounts of
    // the whole page are requested at once.
    const isSingleCall = isFirst && limit > context.tuning.readLimit
    isFirst = false
    const { records, rest } = await take(page, ids, isSingleCall ? context.tuning.readLimit : limit, signal)
    const asked = isSingleCall ? ids : ids.slice(0, ids.length - rest.length)
    const accounts = known ?? (await part.findAccounts(asked, signal))
    return {
      page,
      entries: await preparePage(context.database.pool, run, part, records, accounts),
      rest,
      accounts: isSingleCall && rest.length > 0 ? accounts : null,
    }
  }
  const take = async (page: SourcePage, ids: readonly bigint[], limit: number, signal: AbortSignal) => {
    if (page.records === undefined) return reader.read(ids, limit, signal)
    const wanted = new Set(ids.slice(0, limit))
    return { records: page.records.filter(({ hubspotId }) => wanted.has(hubspotId)), rest: ids.slice(wanted.size) }
  }
  const readRest = ({ page, rest, accounts }: Piece) => read(page, rest, accounts, stop)
  const begin = (page: SourcePage, signal: AbortSignal) => {
    const done = doneIn(turn)
    return read(page, done < 0n ? page.ids : page.ids.filter((id) => id > done), null, signal)
  }

  const pieces = readAhead(part.source, cameTo, context.tuning.pagesAhead, begin, isOver, stop)
  for await (const first of pieces) {
    for (let piece = first; ; ) {
      // The first piece is short, so the second one is read in the meantime.
      const isShort = piece.accounts !== null
      const [, following] = await together([write(turn, part, piece, pace), isShort ? readRest(piece) : null])
      if (piece.rest.length === 0) break
      if (following === null && isOver()) return false
      piece = following ?? (await readRest(piece))
    }
    if (first.page.next === null) return true
  }
  return false
}

/** Highest id that is done in this pass; -1 at its beginning. */
function doneIn({ run }: Turn): bigint {
  return run.checkpoint.lastId === null ? -1n : BigInt(run.checkpoint.lastId)
}

async function write(turn: Turn, part: RunPart, { page, entries: read, rest }: Piece, pace: WritePace): Promise<void> {
  const done = doneIn(turn)
  // HubSpot may repeat an id where one page ends and the next one begins.
  const entries = read.filter(({ hubspotId }) => hubspotId > done)
  // A piece without any records is announced with the next one.
  if (entries.length === 0 && rest.length > 0) return
  await pace.inPieces(entries, (piece, isLast) => writePiece(turn, part, page, piece, isLast && rest.length === 0))
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
