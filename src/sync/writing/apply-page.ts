import { announceContacts } from '../../contacts/announce-contacts.ts'
import { inTransaction, type Queryable, together } from '../../database/database.ts'
import { recordErrors, resolveErrors } from '../errors/record-errors.ts'
import { noResult, type SliceResult } from '../matching/match-records.ts'
import { notProcessable, type Problem, unexpected } from '../matching/problem.ts'
import { confirmRecords } from '../reading/members.ts'
import type { RunPart } from '../reading/run-part.ts'
import { type Move, moveRun, standAt } from '../runs/move-run.ts'
import { type Checkpoint, type Counts, noCounts, type Run } from '../runs/run.ts'
import type { Turn } from '../runs/turn.ts'
import { leftOutOf, writeLeftOut } from './left-out.ts'
import type { PageEntry } from './prepare-page.ts'
import { noDrafts, writeSlices } from './write-slices.ts'

/** Ids greater than `after` up to `upTo`. If `among` is set, only those in it. */
interface Span {
  readonly after: bigint
  readonly upTo: bigint
  readonly among: readonly bigint[] | null
}

export interface Page {
  /** Ascending by id. */
  readonly entries: readonly PageEntry[]
  /** The links that must be met among the entries, or else have departed; null if nothing can be concluded. */
  readonly span: Span | null
  /** Ids of entries that were past the limit before. Absent if the records of the page are met for the first time. */
  readonly leftOutBefore?: ReadonlySet<bigint>
  /**
   * Returns the checkpoint after `entries` (all of the page's entries or a part of them) and everything else up to
   * `upTo` are done. `result` is null if they failed.
   */
  readonly next: (
    upTo: bigint,
    result: SliceResult | null,
    isWhole: boolean,
    entries: readonly PageEntry[],
  ) => Checkpoint
}

/**
 * Writes a page and moves the run past it, in one transaction. If PostgreSQL refuses a value, the page is halved until
 * the record at fault is alone; that record is counted as failed, and all others are written (B53).
 */
export async function applyPage(turn: Turn, part: RunPart, page: Page, isWhole = true): Promise<void> {
  const { context, run } = turn
  const { entries, span } = page
  const lastId = entries.at(-1)?.hubspotId ?? 0n
  const upTo = span !== null && isWhole ? span.upTo : lastId
  const bounded = span && { ...span, upTo }
  const checkpointAfter = (result: SliceResult | null) => page.next(upTo, result, isWhole, entries)
  try {
    await attempt(turn, part, { ...page, span: bounded }, checkpointAfter)
  } catch (error) {
    if (!isRefusedValue(error)) throw error
    if (entries.length > 1) {
      const middle = Math.ceil(entries.length / 2)
      await applyPage(turn, part, { ...page, entries: entries.slice(0, middle) }, false)
      const after = entries[middle - 1]?.hubspotId ?? 0n
      const rest = { ...page, entries: entries.slice(middle), span: span && { ...span, after } }
      await applyPage(turn, part, rest, isWhole)
      return
    }
    context.log.error({ err: error, runId: run.id, hubspotId: String(lastId) }, 'a record could not be written')
    await giveUp(turn, part, { ...page, span: bounded }, checkpointAfter(null))
  }
}

async function attempt(
  { context, run }: Turn,
  part: RunPart,
  { entries, span, leftOutBefore }: Page,
  checkpointAfter: (result: SliceResult) => Checkpoint,
): Promise<void> {
  const drafts = entries.flatMap((entry) => (entry.kind === 'draft' ? [entry.draft] : []))
  const failures = entries.flatMap(failureOf)
  const excludedBefore = entries.flatMap((entry) => (entry.kind === 'excluded' ? [entry.hubspotId] : []))
  const at = context.now()
  const move = await inTransaction(context.database.pool, async (client) => {
    const [, worked] = await together([
      noteDepartures(client, run, part, entries, span),
      drafts.length === 0 ? noDrafts : writeSlices(client, run, part, drafts, at, context, leftOutBefore),
    ])
    const { result } = worked
    const excludedIds = [...excludedBefore, ...worked.excludedIds]
    const leftOut = leftOutOf(run, entries, leftOutBefore, result)
    const unchanged = entries.length - drafts.length - failures.length - excludedBefore.length
    const moved: Move = {
      phase: run.phase,
      checkpoint: checkpointAfter(result),
      counts: countsOf(result, {
        unchanged,
        excluded: excludedIds.length,
        failed: failures.length,
        leftOut: leftOut.final,
      }),
      activeLinks: run.activeLinks + result.linksGained,
    }
    await together([
      ...worked.writing,
      part.store.links.hold(client, run.workspaceId, [...result.skippedIds, ...excludedIds]),
      writeLeftOut(client, run, leftOut),
      recordFailures(client, run, part, failures, at),
      confirm(client, run, part, entries, { result, excludedIds, failures }, at),
      moveRun(client, run, moved, at),
    ])
    return { ...moved, changedIds: worked.changedIds }
  })
  standAt(run, move)
  if (part.objectType === 'CONTACT') await announceContacts(context, run.workspaceId, move.changedIds)
}

/** Why a record cannot be drafted. */
function failureOf(entry: PageEntry): Problem[] {
  if (entry.kind === 'unreadable') return [unexpected(entry.hubspotId, entry.reason, entry.hubspotName)]
  return entry.kind === 'given-up' ? [notProcessable(entry.hubspotId)] : []
}

async function noteDepartures(
  client: Queryable,
  run: Run,
  { store, objectType }: RunPart,
  entries: readonly PageEntry[],
  span: Span | null,
): Promise<void> {
  // Without links at the start, none can have left.
  if (span === null || run.checkpoint.linksAtStart === 0) return
  const presentIds = entries.map((entry) => entry.hubspotId)
  await store.links.noteDepartures(client, run, objectType, { ...span, presentIds })
}

async function confirm(
  client: Queryable,
  run: Run,
  part: RunPart,
  entries: readonly PageEntry[],
  {
    result,
    excludedIds,
    failures,
  }: { readonly result: SliceResult; readonly excludedIds: readonly bigint[]; readonly failures: readonly Problem[] },
  at: Date,
): Promise<void> {
  if (run.kind !== 'RECORDS') return
  const doubtful = new Set([...result.skippedIds, ...excludedIds, ...failures.map(({ hubspotId }) => hubspotId)])
  const hubspotIds = entries.map((entry) => entry.hubspotId).filter((id) => !doubtful.has(id))
  await confirmRecords(client, run, part, { hubspotIds, linksGained: result.linksGained }, at)
}

/**
 * Records that are blocked or past the limit are counted once the run knows that they stay so, because counts never
 * fall (B69).
 */
function countsOf(
  { outcomes }: SliceResult,
  other: { readonly unchanged: number; readonly excluded: number; readonly failed: number; readonly leftOut: number },
): Counts {
  return {
    created: outcomes.created,
    updated: outcomes.updated,
    unchanged: outcomes.unchanged + other.unchanged,
    linked: outcomes.linked,
    skipped: outcomes.skipped + other.leftOut + other.excluded,
    failed: other.failed,
  }
}

/** For people who know nothing about databases. The log has PostgreSQL's own words. */
const notStored = "The record could not be stored. The worker's log tells why, under the record's HubSpot ID."

/** Counts the only record of `entries` as failed. The span is closed all the same. */
async function giveUp(
  { context, run }: Turn,
  part: RunPart,
  { entries, span, leftOutBefore }: Page,
  checkpoint: Checkpoint,
) {
  const at = context.now()
  const move: Move = {
    phase: run.phase,
    checkpoint,
    counts: { ...noCounts, failed: entries.length },
    activeLinks: run.activeLinks,
  }
  await inTransaction(context.database.pool, async (client) => {
    await noteDepartures(client, run, part, entries, span)
    const failures = entries.map((entry) =>
      unexpected(entry.hubspotId, notStored, entry.kind === 'draft' ? entry.draft.hubspotName() : null),
    )
    await recordFailures(client, run, part, failures, at)
    await writeLeftOut(client, run, leftOutOf(run, entries, leftOutBefore, noResult))
    await moveRun(client, run, move, at)
  })
  standAt(run, move)
}

/** A record that failed has this single problem; its earlier errors are out of date. */
async function recordFailures(
  client: Queryable,
  run: Run,
  { objectType, store }: RunPart,
  failures: readonly Problem[],
  at: Date,
) {
  const hubspotIds = failures.map((failure) => failure.hubspotId)
  await together([
    recordErrors(client, run, objectType, failures, at),
    resolveErrors(client, run, objectType, { hubspotIds, except: failures }, at),
    store.links.hold(client, run.workspaceId, hubspotIds),
  ])
}

/** SQLSTATE classes 22 (data exception), 23 (integrity constraint violation), 54 (a value too large for its index). */
function isRefusedValue(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(22|23|54)...$/.test(code)
}
