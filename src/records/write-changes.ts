import { type Queryable, together } from '../database/database.ts'
import type { RecordChanges } from './record-changes.ts'
import type { RecordStore } from './record-store.ts'

/** Writes records, handles, and links. The caller holds the store's lock; see {@link RecordStore.write}. */
export async function writeChanges(
  client: Queryable,
  workspaceId: string,
  store: RecordStore,
  changes: RecordChanges,
  at: Date,
): Promise<void> {
  // Links that end come first, and new links come last: another row of the same page may need what a row releases.
  await together([
    store.links.deleteOf(client, workspaceId, changes.unlinkedIds),
    store.links.stop(client, workspaceId, changes.mergedAway, 'MERGED_AWAY'),
    store.write(client, workspaceId, changes, at),
    store.links.upsert(client, workspaceId, changes.linked, at),
  ])
}
