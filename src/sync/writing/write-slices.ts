import { type Queryable, together } from '../../database/database.ts'
import { newId } from '../../database/new-id.ts'
import { patientLockWaitMs } from '../../database/steady-connection.ts'
import type { RecordChanges } from '../../records/record-changes.ts'
import { writeChanges } from '../../records/write-changes.ts'
import { recordErrors, resolveErrors } from '../errors/record-errors.ts'
import type { RecordDraft } from '../mapping/record-draft.ts'
import { addResults, matchRecords, noResult, type SliceResult } from '../matching/match-records.ts'
import { handleProblems } from '../matching/problem.ts'
import type { RecordDirectory } from '../matching/record-directory.ts'
import type { RunPart } from '../reading/run-part.ts'
import type { Run } from '../runs/run.ts'
import type { SyncContext } from '../sync-context.ts'
import { findExcluded } from './excluded-meanwhile.ts'
import { mergesOf, recordAliases } from './merge-aliases.ts'
import { type OpenedDirectory, openDirectory } from './open-directory.ts'

/** The results for a page's drafts. */
export interface WrittenSlices {
  readonly result: SliceResult
  /** Every record that changes in any way has its row among these. */
  readonly changedIds: readonly string[]
  /** Drafts that are excluded. */
  readonly excludedIds: readonly bigint[]
  /** Statements that PostgreSQL is still executing, in the order in which they were sent. */
  readonly writing: readonly Promise<void>[]
}

export const noDrafts: WrittenSlices = { result: noResult, changedIds: [], excludedIds: [], writing: [] }

/**
 * Takes the store's lock, processes the drafts, and writes the changes, slice by slice: PostgreSQL writes a slice while
 * the next one is matched, so that neither waits for the other. The records of a slice were read before the previous
 * slice was written, so the previous slice's changes are applied on top. Nobody else writes while the lock is held.
 */
export async function writeSlices(
  client: Queryable,
  run: Run,
  part: RunPart,
  given: readonly RecordDraft[],
  at: Date,
  { tuning }: Pick<SyncContext, 'tuning'>,
  leftOutBefore: ReadonlySet<bigint> = new Set(),
): Promise<WrittenSlices> {
  const { objectType } = part
  const writing: Promise<void>[] = []
  const changedIds: string[] = []
  const slices = slicesOf(given, tuning.sliceSize)
  const open = (index: number) => {
    const slice = slices[index]
    return slice && openDirectory(client, run.workspaceId, part, slice)
  }
  const ids = given.map(({ hubspotId }) => hubspotId)
  let [, excluded, opened]: [unknown, ReadonlySet<bigint>, OpenedDirectory | undefined] = await together([
    part.store.lock(client, run.workspaceId, patientLockWaitMs),
    findExcluded(client, run.workspaceId, objectType, ids),
    open(0),
  ])
  let result = noResult
  let before: RecordDirectory | null = null
  try {
    for (let index = 0; opened !== undefined; index++) {
      const next = open(index + 1)
      // The first failure is handled below.
      next?.catch(() => {})
      const drafts = opened.drafts.filter(({ hubspotId }) => !excluded.has(hubspotId))
      const directory = opened.directory(before)
      const ofSlice = matchRecords(drafts, directory, {
        needsHandle: part.needsHandle,
        room: part.linkLimit - run.activeLinks - result.linksGained,
        leftOutBefore,
        admitsLeftOut: run.checkpoint.admitsLeftOut !== false && !result.leftOutIds.some((id) => leftOutBefore.has(id)),
        newRecordId: newId,
        observe: part.observe,
      })
      const changes = directory.changes()
      const written = writeSlice(client, run, part, drafts, ofSlice, changes, at)
      written.catch(() => {})
      writing.push(written)
      for (const { id } of changes.created) changedIds.push(id)
      for (const { id } of changes.updated) changedIds.push(id)
      result = addResults(result, ofSlice)
      before = directory
      opened = await next
    }
  } catch (error) {
    // After a failed statement, all later ones fail because of it.
    await together(writing)
    throw error
  }
  return { result, changedIds, excludedIds: [...excluded], writing }
}

/** Begins with a short one: until it is matched, PostgreSQL has nothing to write. */
function slicesOf<T>(items: readonly T[], size: number): T[][] {
  const slices: T[][] = []
  let end = Math.ceil(size / 5)
  for (let start = 0; start < items.length; start = end, end += size) slices.push(items.slice(start, end))
  return slices
}

async function writeSlice(
  client: Queryable,
  run: Run,
  { objectType, store }: RunPart,
  drafts: readonly RecordDraft[],
  { problems, skippedIds, blockedIds }: SliceResult,
  changes: RecordChanges,
  at: Date,
): Promise<void> {
  // Other errors of a blocked record are settled when it is retried, or else at the end of the run.
  const settledIds = drafts.map((draft) => draft.hubspotId).filter((id) => !blockedIds.has(id))
  const skipped = new Set(skippedIds)
  const blocked = { hubspotIds: [...blockedIds], except: problems, types: handleProblems }
  await together([
    writeChanges(client, run.workspaceId, store, changes, at),
    recordAliases(client, run.workspaceId, objectType, {
      done: mergesOf(drafts.filter(({ hubspotId }) => !skipped.has(hubspotId))),
      waiting: mergesOf(drafts.filter(({ hubspotId }) => skipped.has(hubspotId))),
    }),
    recordErrors(client, run, objectType, problems, at),
    resolveErrors(client, run, objectType, { hubspotIds: settledIds, except: problems }, at),
    resolveErrors(client, run, objectType, blocked, at),
  ])
}
