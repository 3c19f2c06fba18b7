import { type Queryable, together } from '../../database/database.ts'
import type { RecordDraft } from '../mapping/record-draft.ts'
import { RecordDirectory } from '../matching/record-directory.ts'
import { findPrimaries, mergesOf, withPrimaryFirst } from './merge-aliases.ts'
import type { RunPart } from './run-part.ts'

/** Loads the part of the store that the drafts can touch; `drafts` come back ready to be matched. */
export async function openDirectory(
  queryable: Queryable,
  workspaceId: string,
  { objectType, store }: RunPart,
  given: readonly RecordDraft[],
): Promise<{ drafts: readonly RecordDraft[]; directory: RecordDirectory }> {
  const mergedIds = mergesOf(given).map(({ from }) => from)
  const [primaries, stored] = await together([
    findPrimaries(queryable, workspaceId, objectType, mergedIds),
    store.load(queryable, workspaceId, {
      externalIds: given.flatMap(({ hubspotId, mergedIds }) => [hubspotId, ...mergedIds].map(String)),
      handles: given.flatMap((draft) => draft.handles),
    }),
  ])
  return { drafts: withPrimaryFirst(given, primaries), directory: new RecordDirectory(stored) }
}
