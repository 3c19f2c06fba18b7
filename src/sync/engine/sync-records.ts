import { readAhead } from '../reading/read-ahead.ts'
import { giveUpAtAttempt, PortionReader, portionLimit } from '../reading/read-portion.ts'
import type { RunPart } from '../reading/run-part.ts'
import type { SourcePage } from '../reading/sources.ts'
import { announceRun } from '../runs/announce-run.ts'
import type { Turn } from '../runs/turn.ts'
import { applyPage } from '../writing/apply-page.ts'
import { type PageEntry, preparePage } from '../writing/prepare-page.ts'

/** Higher than any HubSpot id, which has at most 18 digits. */
const endOfIds = 10n ** 18n

/** A part of a source's page, ready to be written. */
interface Piece {
  readonly page: SourcePage
  readonly entries: readonly PageEntry[]
  /** Ids of the page that have not been read yet. */
  readonly rest: readonly bigint[]
}

/**
 * Processes the part's source from the run's checkpoint on. Returns false if the turn was over before the end; records
 * that were read ahead by then are still written.
 */
export async function syncRecords(turn: Turn, part: RunPart): Promise<boolean> {
  const { context, run, isOver, stop } = turn
  const reader = new PortionReader(part, context.tuning)
  const cameTo = run.checkpoint.after
  let isSuspect = run.attempts >= giveUpAtAttempt

  const read = async (page: SourcePage, ids: readonly bigint[], signal: AbortSignal): Promise<Piece> => {
    const [first] = ids
    if (isSuspect && first !== undefined) {
      isSuspect = false
      return { page, entries: [{ kind: 'given-up', hubspotId: first }], rest: ids.slice(1) }
    }
    // Only at the place where the run stopped before. Later pages are assumed to be normal until they prove otherwise.
    const limit = page.after === cameTo ? portionLimit(run.attempts) : Number.POSITIVE_INFINITY
    const { records, rest } = await take(page, ids, limit, signal)
    const asked = ids.slice(0, ids.length - rest.length)
    const accounts = await part.findAccounts(asked, signal)
    return { page, entries: await preparePage(context.database.pool, run, part, records, accounts), rest }
  }
  const take = async (page: SourcePage, ids: readonly bigint[], limit: number, signal: AbortSignal) => {
    if (page.records === undefined) return reader.read(ids, limit, signal)
    const wanted = new Set(ids.slice(0, limit))
    return { records: page.records.filter(({ hubspotId }) => wanted.has(hubspotId)), rest: ids.slice(wanted.size) }
  }
  const begin = (page: SourcePage, signal: AbortSignal) => {
    const done = doneIn(turn)
    return read(page, done < 0n ? page.ids : page.ids.filter((id) => id > done), signal)
  }

  const pieces = readAhead(part.source, cameTo, context.tuning.pagesAhead, begin, isOver, stop)
  for await (const first of pieces) {
    let piece = first
    await write(turn, part, piece)
    while (piece.rest.length > 0) {
      if (isOver()) return false
      piece = await read(piece.page, piece.rest, stop)
      await write(turn, part, piece)
    }
    if (first.page.next === null) return true
  }
  return false
}

/** Highest id that is done in this pass; -1 at its beginning. */
function doneIn({ run }: Turn): bigint {
  return run.checkpoint.lastId === null ? -1n : BigInt(run.checkpoint.lastId)
}

async function write(turn: Turn, part: RunPart, { page, entries: read, rest }: Piece): Promise<void> {
  const { context, run } = turn
  const isLast = rest.length === 0
  const done = doneIn(turn)
  // HubSpot may repeat an id where one page ends and the next one begins.
  const entries = read.filter(({ hubspotId }) => hubspotId > done)
  // A piece without any records is announced with the next one.
  if (entries.length === 0 && !isLast) return
  await applyPage(
    turn,
    part,
    {
      entries,
      span: spanOf(part, page, done),
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
