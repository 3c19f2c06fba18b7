import type { Queryable } from '../database/database.ts'
import type { ObjectType } from '../generated/prisma/enums.ts'
import type { Handle } from './handle.ts'
import type { LinkTable } from './link-table.ts'
import type { RecordChanges } from './record-changes.ts'
import type { StoredRecord } from './stored-record.ts'

/** Contacts or accounts of a workspace, read and written in sets. */
export interface RecordStore {
  readonly objectType: ObjectType
  readonly links: LinkTable
  /**
   * Makes the transaction the only writer of these records and their handles, until it ends. It waits at most `waitMs`
   * for this lock and for later ones. Default 10 seconds, since a person may be waiting.
   */
  lock(client: Queryable, workspaceId: string, waitMs?: number): Promise<void>
  /** The records that have one of the external ids or hold one of the handles. */
  load(
    client: Queryable,
    workspaceId: string,
    wanted: { readonly externalIds: readonly string[]; readonly handles: readonly Handle[] },
  ): Promise<StoredRecord[]>
  /**
   * Writes the changes with one statement per kind, whatever the number of rows. The caller holds the lock, so a unique
   * violation means that somebody wrote without it. It is thrown, and the caller's transaction rolls back.
   */
  write(client: Queryable, workspaceId: string, changes: RecordChanges, at: Date): Promise<void>
}
