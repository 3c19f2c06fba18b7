import { announceContacts } from '../../contacts/announce-contacts.ts'
import { inTransaction, type Queryable } from '../../database/database.ts'
import { newId } from '../../database/new-id.ts'
import type { RecordChanges } from '../../records/record-changes.ts'
import { writeChanges } from '../../records/write-changes.ts'
import type { RecordDraft } from '../mapping/record-draft.ts'
import { RecordDirectory } from '../matching/record-directory.ts'
import { type PageResult, workThroughPage } from '../matching/work-through-page.ts'
import { handleProblems, type Problem, unexpected } from '../problems/problem.ts'
import { recordProblems, resolveProblems } from '../problems/record-problems.ts'
import type { SyncContext } from '../sync-context.ts'
import { findExcluded } from './excluded-meanwhile.ts'
import { recordAliases } from './merge-aliases.ts'
import { openDirectory } from './open-directory.ts'
import type { PageEntry } from './prepare-page.ts'
import type { RunPart } from './run-part.ts'
import { type Checkpoint, type Counts, moveRun, noCounts, type RunState, type Step, standAt } from './run-state.ts'
import { confirmRecords } from './single-records.ts'

/** Ids behind `after` up to `upTo`; where `among` is set, those among it alone. */
interface Span {
  readonly after: bigint
  readonly upTo: bigint
  readonly among: readonly bigint[] | null
}

export interface Page {
  /** Ascending by id. */
  readonly entries: readonly PageEntry[]
  /** Whose links must be met among the entries, or have left the scope; null where nothing is to be concluded. */
  readonly span: Span | null
  /** Makes the checkpoint that holds once everything up to `upTo` is done; `result` is null where it failed. */
  readonly next: (upTo: bigint, result: PageResult | null, isWhole: boolean) => Checkpoint
}

/**
 * Writes a page and moves the run past it, in one transaction. Where PostgreSQL refuses a value, the page is halved
 * until the record at fault stands alone; that one is counted as failed, and all others are written (B53).
 */
export async function applyPage(
  context: SyncContext,
  run: RunState,
  part: RunPart,
  page: Page,
  isWhole = true,
): Promise<void> {
  const { entries, span } = page
  const lastId = entries.at(-1)?.hubspotId ?? 0n
  const upTo = span !== null && isWhole ? span.upTo : lastId
  const bounded = span && { ...span, upTo }
  const checkpointAfter = (result: PageResult | null) => page.next(upTo, result, isWhole)
  try {
    await attempt(context, run, part, entries, bounded, checkpointAfter)
  } catch (error) {
    if (!isRefusedValue(error)) throw error
    if (entries.length > 1) {
      const middle = Math.ceil(entries.length / 2)
      await applyPage(context, run, part, { ...page, entries: entries.slice(0, middle) }, false)
      const after = entries[middle - 1]?.hubspotId ?? 0n
      const rest = { ...page, entries: entries.slice(middle), span: span && { ...span, after } }
      await applyPage(context, run, part, rest, isWhole)
      return
    }
    context.log.error({ err: error, runId: run.id, hubspotId: String(lastId) }, 'a record could not be written')
    await giveUp(context, run, part, entries, bounded, error, checkpointAfter(null))
  }
}

async function attempt(
  context: SyncContext,
  run: RunState,
  part: RunPart,
  entries: readonly PageEntry[],
  span: Span | null,
  checkpointAfter: (result: PageResult) => Checkpoint,
): Promise<void> {
  const drafts = entries.flatMap((entry) => (entry.kind === 'draft' ? [entry.draft] : []))
  const unreadable = entries.flatMap((entry) => (entry.kind === 'unreadable' ? [entry] : []))
  const excludedBefore = entries.flatMap((entry) => (entry.kind === 'excluded' ? [entry.hubspotId] : []))
  const at = context.now()
  const step = await inTransaction(context.database.pool, async (client) => {
    await noteDepartures(client, run, part, entries, span)
    const written =
      drafts.length === 0 ? nothing : await writeDrafts(client, run, part, drafts, { at, observe: context.observe })
    const { result, changes } = written
    const excludedIds = [...excludedBefore, ...written.excludedIds]
    await part.store.links.hold(client, run.workspaceId, [...result.skippedIds, ...excludedIds])
    const failures = unreadable.map((entry) => unexpected(entry.hubspotId, entry.reason))
    await recordFailures(client, run, part, failures, at)
    if (run.scope === 'RECORDS') {
      const doubtful = new Set([...result.skippedIds, ...excludedIds, ...failures.map(({ hubspotId }) => hubspotId)])
      const hubspotIds = entries.map((entry) => entry.hubspotId).filter((id) => !doubtful.has(id))
      await confirmRecords(client, run, part, { hubspotIds, linksGained: result.linksGained }, at)
    }
    const settled = entries.length - drafts.length - unreadable.length - excludedBefore.length
    const moved: Step = {
      phase: run.phase,
      checkpoint: checkpointAfter(result),
      counts: countsOf(result, { settled, excluded: excludedIds.length, failed: unreadable.length }),
      activeLinks: run.activeLinks + result.linksGained,
    }
    await moveRun(client, run, moved, at)
    return { ...moved, changes }
  })
  standAt(run, step)
  if (step.changes !== null && part.objectType === 'CONTACT') {
    await announceContacts(context, run.workspaceId, changedIds(step.changes))
  }
}

/** Whatever of a record changes, its row is among these. */
function changedIds({ created, updated }: RecordChanges): string[] {
  return [...created, ...updated].map((row) => row.id)
}

interface WrittenDrafts {
  readonly result: PageResult
  readonly changes: RecordChanges | null
  /** Drafts that were not written. */
  readonly excludedIds: readonly bigint[]
}

const nothing: WrittenDrafts = {
  result: workThroughPage([], new RecordDirectory([]), { needsHandle: false, room: 0, newRecordId: newId }),
  changes: null,
  excludedIds: [],
}

async function noteDepartures(
  client: Queryable,
  run: RunState,
  { store, objectType }: RunPart,
  entries: readonly PageEntry[],
  span: Span | null,
): Promise<void> {
  // Without links at the start, none can have left.
  if (span === null || run.checkpoint.linksAtStart === 0) return
  const presentIds = entries.map((entry) => entry.hubspotId)
  await store.links.noteDepartures(client, run, objectType, { ...span, presentIds })
}

async function writeDrafts(
  client: Queryable,
  run: RunState,
  part: RunPart,
  given: readonly RecordDraft[],
  { at, observe }: { readonly at: Date; readonly observe: SyncContext['observe'] },
): Promise<WrittenDrafts> {
  const { workspaceId } = run
  const { objectType, store } = part
  await store.lock(client, workspaceId)
  const excluded = await findExcluded(
    client,
    workspaceId,
    objectType,
    given.map(({ hubspotId }) => hubspotId),
  )
  const admitted = excluded.size === 0 ? given : given.filter(({ hubspotId }) => !excluded.has(hubspotId))
  const { drafts, directory, merges } = await openDirectory(client, workspaceId, part, admitted)
  const result = workThroughPage(drafts, directory, {
    needsHandle: part.needsHandle,
    room: part.linkLimit - run.activeLinks,
    newRecordId: newId,
    observe: observe && ((observation) => observe(objectType, observation)),
  })
  const changes = directory.changes()
  await writeChanges(client, workspaceId, store, changes, at)
  await recordAliases(client, workspaceId, objectType, merges)
  const seen = await recordProblems(client, run, objectType, result.problems, at)
  // What else is known of a blocked record is settled when its turn comes again, or else at the end of the run.
  const settledIds = drafts.map((draft) => draft.hubspotId).filter((id) => !result.blockedIds.has(id))
  await resolveProblems(client, run, objectType, { hubspotIds: settledIds, except: seen }, at)
  const blocked = { hubspotIds: [...result.blockedIds], except: seen, types: handleProblems }
  await resolveProblems(client, run, objectType, blocked, at)
  return { result, changes, excludedIds: [...excluded] }
}

/** A blocked record is counted once the run knows that it stays so: counts never go back (B69). */
function countsOf(
  { outcomes }: PageResult,
  other: { readonly settled: number; readonly excluded: number; readonly failed: number },
): Counts {
  return {
    created: outcomes.created,
    updated: outcomes.updated,
    unchanged: outcomes.unchanged + other.settled,
    linked: outcomes.linked,
    skipped: outcomes.skipped + outcomes['left-out'] + other.excluded,
    failed: other.failed,
  }
}

/** Counts the one record of `entries` as failed; the span is closed all the same. */
async function giveUp(
  context: SyncContext,
  run: RunState,
  part: RunPart,
  entries: readonly PageEntry[],
  span: Span | null,
  error: unknown,
  checkpoint: Checkpoint,
) {
  const at = context.now()
  const reason = error instanceof Error ? error.message : String(error)
  const step: Step = {
    phase: run.phase,
    checkpoint,
    counts: { ...noCounts, failed: entries.length },
    activeLinks: run.activeLinks,
  }
  await inTransaction(context.database.pool, async (client) => {
    await noteDepartures(client, run, part, entries, span)
    const failures = entries.map((entry) => unexpected(entry.hubspotId, `The database refused it: ${reason}.`))
    await recordFailures(client, run, part, failures, at)
    await moveRun(client, run, step, at)
  })
  standAt(run, step)
}

/** A record that failed has this one problem, and what was known of it before is out of date. */
async function recordFailures(
  client: Queryable,
  run: RunState,
  { objectType, store }: RunPart,
  failures: readonly Problem[],
  at: Date,
) {
  const hubspotIds = failures.map((failure) => failure.hubspotId)
  const seen = await recordProblems(client, run, objectType, failures, at)
  await resolveProblems(client, run, objectType, { hubspotIds, except: seen }, at)
  await store.links.hold(client, run.workspaceId, hubspotIds)
}

/** SQLSTATE classes 22 (data exception), 23 (integrity constraint violation), 54 (a value too large for its index). */
function isRefusedValue(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(22|23|54)...$/.test(code)
}
