import { lockContacts } from '../../contacts/contact-lock.ts'
import { loadContacts } from '../../contacts/load-contacts.ts'
import { holdLinks, writeContacts } from '../../contacts/write-contacts.ts'
import { inTransaction, type Queryable } from '../../database/database.ts'
import { newId } from '../../database/new-id.ts'
import type { ContactDraft } from '../mapping/contact-draft.ts'
import { ContactDirectory } from '../matching/contact-directory.ts'
import { type PageResult, workThroughPage } from '../matching/work-through-page.ts'
import { handleProblems, type Problem, unexpected } from '../problems/problem.ts'
import { recordProblems, resolveProblems } from '../problems/record-problems.ts'
import type { SyncContext } from '../sync-context.ts'
import type { PageEntry } from './prepare-page.ts'
import { type Checkpoint, type Counts, moveRun, noCounts, type RunState, type Step, standAt } from './run-state.ts'

/** What all pages of a run share. */
export interface PageRules {
  readonly mapsHandles: boolean
  readonly contactLimit: number
}

/** Makes the checkpoint that holds once the entries up to `lastId` are done; `result` is null for one that failed. */
export type NextCheckpoint = (lastId: bigint | null, result: PageResult | null, isWhole: boolean) => Checkpoint

/**
 * Writes a page and moves the run past it, in one transaction. Where PostgreSQL refuses a value, the page is halved
 * until the record at fault stands alone; that one is counted as failed, and all others are written (B53).
 */
export async function applyPage(
  context: SyncContext,
  run: RunState,
  entries: readonly PageEntry[],
  rules: PageRules,
  next: NextCheckpoint,
  isWhole = true,
): Promise<void> {
  const lastId = entries.at(-1)?.hubspotId ?? null
  try {
    await attempt(context, run, entries, rules, (result) => next(lastId, result, isWhole))
  } catch (error) {
    if (!isRefusedValue(error)) throw error
    if (entries.length > 1) {
      const middle = Math.ceil(entries.length / 2)
      await applyPage(context, run, entries.slice(0, middle), rules, next, false)
      await applyPage(context, run, entries.slice(middle), rules, next, isWhole)
      return
    }
    context.log.error({ err: error, runId: run.id, hubspotId: String(lastId) }, 'a contact could not be written')
    await giveUp(context, run, lastId ?? 0n, error, next(lastId, null, isWhole))
  }
}

async function attempt(
  context: SyncContext,
  run: RunState,
  entries: readonly PageEntry[],
  rules: PageRules,
  checkpointAfter: (result: PageResult) => Checkpoint,
): Promise<void> {
  const drafts = entries.flatMap((entry) => (entry.kind === 'draft' ? [entry.draft] : []))
  const unreadable = entries.flatMap((entry) => (entry.kind === 'unreadable' ? [entry] : []))
  const at = context.now()
  const step = await inTransaction(context.database.pool, async (client) => {
    const result = drafts.length === 0 ? nothing : await writeDrafts(client, run, drafts, rules, at)
    await recordFailures(
      client,
      run,
      unreadable.map((entry) => unexpected(entry.hubspotId, entry.reason)),
      at,
    )
    const moved: Step = {
      phase: run.phase,
      checkpoint: checkpointAfter(result),
      counts: countsOf(result, entries.length - drafts.length - unreadable.length, unreadable.length),
      activeLinks: run.activeLinks + result.linksGained,
    }
    await moveRun(client, run, moved, at)
    return moved
  })
  standAt(run, step)
}

const nothing = workThroughPage([], new ContactDirectory([]), { mapsHandles: false, room: 0, newContactId: newId })

async function writeDrafts(
  client: Queryable,
  run: RunState,
  drafts: readonly ContactDraft[],
  rules: PageRules,
  at: Date,
): Promise<PageResult> {
  await lockContacts(client, run.workspaceId)
  const stored = await loadContacts(client, run.workspaceId, {
    externalIds: drafts.map((draft) => String(draft.hubspotId)),
    handles: drafts.flatMap((draft) => draft.handles),
  })
  const directory = new ContactDirectory(stored)
  const result = workThroughPage(drafts, directory, {
    mapsHandles: rules.mapsHandles,
    room: rules.contactLimit - run.activeLinks,
    newContactId: newId,
  })
  await writeContacts(client, run.workspaceId, directory.changes(), at)
  await holdLinks(client, run.workspaceId, result.skippedIds)
  await recordProblems(client, run, result.problems, at)
  // What else is known of a blocked contact is settled when its turn comes again, or else at the end of the run.
  const settledIds = drafts.map((draft) => draft.hubspotId).filter((id) => !result.blockedIds.has(id))
  await resolveProblems(client, run, settledIds, at)
  await resolveProblems(client, run, [...result.blockedIds], at, handleProblems)
  return result
}

/** A blocked contact is counted once the run knows that it stays so: counts never go back (B69). */
function countsOf({ outcomes }: PageResult, settled: number, failed: number): Counts {
  return {
    created: outcomes.created,
    updated: outcomes.updated,
    unchanged: outcomes.unchanged + settled,
    linked: outcomes.linked,
    skipped: outcomes.skipped + outcomes['left-out'],
    failed,
  }
}

async function giveUp(context: SyncContext, run: RunState, hubspotId: bigint, error: unknown, checkpoint: Checkpoint) {
  const at = context.now()
  const reason = error instanceof Error ? error.message : String(error)
  const step: Step = {
    phase: run.phase,
    checkpoint,
    counts: { ...noCounts, failed: 1 },
    activeLinks: run.activeLinks,
  }
  await inTransaction(context.database.pool, async (client) => {
    await recordFailures(client, run, [unexpected(hubspotId, `The database refused it: ${reason}.`)], at)
    await moveRun(client, run, step, at)
  })
  standAt(run, step)
}

/** A record that failed has this one problem, and what was known of it before is out of date. */
async function recordFailures(client: Queryable, run: RunState, failures: readonly Problem[], at: Date) {
  const hubspotIds = failures.map((failure) => failure.hubspotId)
  await recordProblems(client, run, failures, at)
  await resolveProblems(client, run, hubspotIds, at)
  await holdLinks(client, run.workspaceId, hubspotIds)
}

/** SQLSTATE classes 22 (data exception), 23 (integrity constraint violation), 54 (a value too large for its index). */
function isRefusedValue(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(22|23|54)...$/.test(code)
}
