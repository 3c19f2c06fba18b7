import type { Queryable } from '../database/database.ts'

/**
 * Makes the transaction the only one that writes the workspace's shared contacts and handles, until it ends.
 *
 * Everything that writes handles takes this lock first. Without it two writers that read the same free handle would both
 * go on to write it: sorted inserts avoid the deadlock, and the loser would still end as a contact without its handle.
 */
export async function lockContacts(client: Queryable, workspaceId: string): Promise<void> {
  await client.query({
    text: `SELECT pg_advisory_xact_lock(hashtextextended('contacts:' || $1, 0))`,
    values: [workspaceId],
  })
}
