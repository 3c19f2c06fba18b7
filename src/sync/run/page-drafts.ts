import { type Queryable, together } from '../../database/database.ts'
import { newId } from '../../database/new-id.ts'
import type { RecordChanges } from '../../records/record-changes.ts'
import { writeChanges } from '../../records/write-changes.ts'
import type { RecordDraft } from '../mapping/record-draft.ts'
import { RecordDirectory } from '../matching/record-directory.ts'
import { type PageResult, workThroughPage } from '../matching/work-through-page.ts'
import { handleProblems } from '../problems/problem.ts'
import { recordProblems, resolveProblems } from '../problems/record-problems.ts'
import type { SyncContext } from '../sync-context.ts'
import { findExcluded } from './excluded-meanwhile.ts'
import { mergesOf, recordAliases } from './merge-aliases.ts'
import { openDirectory } from './open-directory.ts'
import type { RunPart } from './run-part.ts'
import type { RunState } from './run-state.ts'

/** What is to become of a page's drafts; nothing of it is written yet. */
export interface WorkedDrafts {
  readonly drafts: readonly RecordDraft[]
  readonly result: PageResult
  readonly changes: RecordChanges | null
  /** Drafts that are to be left alone. */
  readonly excludedIds: readonly bigint[]
}

export const noDrafts: WorkedDrafts = {
  drafts: [],
  result: workThroughPage([], new RecordDirectory([]), { needsHandle: false, room: 0, newRecordId: newId }),
  changes: null,
  excludedIds: [],
}

/** Takes the store's lock and works the drafts through. */
export async function workThroughDrafts(
  client: Queryable,
  run: RunState,
  part: RunPart,
  given: readonly RecordDraft[],
  observe: SyncContext['observe'],
): Promise<WorkedDrafts> {
  const { workspaceId } = run
  const { objectType, store } = part
  const ids = given.map(({ hubspotId }) => hubspotId)
  const [, excluded, opened] = await together([
    store.lock(client, workspaceId),
    findExcluded(client, workspaceId, objectType, ids),
    openDirectory(client, workspaceId, part, given),
  ])
  const { directory } = opened
  const drafts = excluded.size === 0 ? opened.drafts : opened.drafts.filter(({ hubspotId }) => !excluded.has(hubspotId))
  const result = workThroughPage(drafts, directory, {
    needsHandle: part.needsHandle,
    room: part.linkLimit - run.activeLinks,
    newRecordId: newId,
    observe: observe && ((observation) => observe(objectType, observation)),
  })
  return { drafts, result, changes: directory.changes(), excludedIds: [...excluded] }
}

/** Writes what became of the drafts; the transaction holds the store's lock. */
export async function writeDrafts(
  client: Queryable,
  run: RunState,
  { objectType, store }: RunPart,
  { drafts, result, changes }: WorkedDrafts,
  at: Date,
): Promise<void> {
  const { problems, blockedIds } = result
  // What else is known of a blocked record is settled when its turn comes again, or else at the end of the run.
  const settledIds = drafts.map((draft) => draft.hubspotId).filter((id) => !blockedIds.has(id))
  const blocked = { hubspotIds: [...blockedIds], except: problems, types: handleProblems }
  await together([
    changes && writeChanges(client, run.workspaceId, store, changes, at),
    recordAliases(client, run.workspaceId, objectType, mergesOf(drafts)),
    recordProblems(client, run, objectType, problems, at),
    resolveProblems(client, run, objectType, { hubspotIds: settledIds, except: problems }, at),
    resolveProblems(client, run, objectType, blocked, at),
  ])
}
