import { type Queryable, together } from '../../database/database.ts'
import type { RecordDraft } from '../mapping/record-draft.ts'
import { RecordDirectory } from '../matching/record-directory.ts'
import type { RunPart } from '../reading/run-part.ts'
import { findPrimaries, mergesOf, withPrimaryFirst } from './merge-aliases.ts'

export interface OpenedDirectory {
  /** Ready to be matched. */
  readonly drafts: readonly RecordDraft[]
  /** `before` is the directory of the previous drafts, whose changes were not written yet when this part was loaded. */
  directory(before: RecordDirectory | null): RecordDirectory
}

/** Loads the part of the store that the drafts can touch. */
export async function openDirectory(
  queryable: Queryable,
  workspaceId: string,
  { objectType, store }: RunPart,
  given: readonly RecordDraft[],
): Promise<OpenedDirectory> {
  const mergedIds = mergesOf(given).map(({ from }) => from)
  const wanted = {
    externalIds: given.flatMap(({ hubspotId, mergedIds }) => [hubspotId, ...mergedIds].map(String)),
    handles: given.flatMap((draft) => draft.handles),
  }
  const [primaries, stored] = await together([
    findPrimaries(queryable, workspaceId, objectType, mergedIds),
    store.load(queryable, workspaceId, wanted),
  ])
  return {
    drafts: withPrimaryFirst(given, primaries),
    directory: (before) => new RecordDirectory(before === null ? stored : before.overlay(stored, wanted)),
  }
}
