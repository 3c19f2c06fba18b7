import type { Queryable } from '../../database/database.ts'
import type { RecordDraft } from '../mapping/record-draft.ts'
import { RecordDirectory } from '../matching/record-directory.ts'
import { findPrimaries, type Merge, mergesOf, withPrimaryFirst } from './merge-aliases.ts'
import type { RunPart } from './run-part.ts'

/** Loads the part of the store that the drafts can touch, in one statement; `drafts` come back ready to be matched. */
export async function openDirectory(
  queryable: Queryable,
  workspaceId: string,
  { objectType, store }: RunPart,
  given: readonly RecordDraft[],
): Promise<{ drafts: readonly RecordDraft[]; directory: RecordDirectory; merges: readonly Merge[] }> {
  const merges = mergesOf(given)
  const mergedIds = merges.map(({ from }) => from)
  const drafts = withPrimaryFirst(given, await findPrimaries(queryable, workspaceId, objectType, mergedIds))
  const stored = await store.load(queryable, workspaceId, {
    externalIds: drafts.flatMap(({ hubspotId, mergedIds }) => [hubspotId, ...mergedIds].map(String)),
    handles: drafts.flatMap((draft) => draft.handles),
  })
  return { drafts, directory: new RecordDirectory(stored), merges }
}
