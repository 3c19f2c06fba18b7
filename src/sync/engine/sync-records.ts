import { readAhead } from '../reading/read-ahead.ts'
import type { RunPart } from '../reading/run-part.ts'
import type { SourcePage } from '../reading/sources.ts'
import { announceRun } from '../runs/announce-run.ts'
import type { Turn } from '../runs/turn.ts'
import { applyPage } from '../writing/apply-page.ts'
import { preparePage } from '../writing/prepare-page.ts'

/** Higher than any id of HubSpot's, which have 18 digits at most. */
const endOfIds = 10n ** 18n

/**
 * Works the part's source through from the run's checkpoint on. Returns false if the turn was over before the end; what was read
 * ahead by then is still written.
 */
export async function syncRecords(turn: Turn, part: RunPart): Promise<boolean> {
  const { context, run, isOver, stop } = turn
  const prepare = async (page: SourcePage, signal: AbortSignal) => {
    const [records, accounts] = await Promise.all([
      page.records ?? part.read(page.ids, part.plan.properties, signal),
      part.findAccounts(page.ids, signal),
    ])
    return { page, entries: await preparePage(context.database.pool, run, part, records, accounts) }
  }
  const { pagesAhead } = context.tuning
  const walk = readAhead(part.source, run.checkpoint.after, pagesAhead, prepare, isOver, stop)
  for await (const { page, entries } of walk) {
    const done = run.checkpoint.lastId === null ? -1n : BigInt(run.checkpoint.lastId)
    await applyPage(turn, part, {
      entries: entries.filter((entry) => entry.hubspotId > done),
      span: spanOf(part, page, done),
      next: (upTo, result, isWhole) => ({
        ...run.checkpoint,
        // Half a page leaves the cursor where it is, and the id says how far the page is done.
        after: isWhole ? (page.next ?? page.after) : page.after,
        lastId: String(upTo),
        leftOut: run.checkpoint.leftOut + (result?.outcomes['left-out'] ?? 0),
      }),
    })
    await announceRun(context, run.workspaceId, run.id)
    if (page.next === null) return true
  }
  return false
}

/** Which links must be met in the page, or have left. */
function spanOf(part: RunPart, { ids, next }: SourcePage, after: bigint) {
  const last = ids.at(-1) ?? after
  return { after, upTo: next === null ? endOfIds : last, among: part.source.isWhole ? null : ids }
}
