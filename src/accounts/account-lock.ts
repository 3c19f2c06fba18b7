import type { Queryable } from '../database/database.ts'

/**
 * Makes the transaction the only one that writes the workspace's accounts and domains, until it ends. Everything that
 * writes domains takes this lock first, for the reason that stands at `lockContacts`.
 */
export async function lockAccounts(client: Queryable, workspaceId: string): Promise<void> {
  await client.query({
    text: `SELECT pg_advisory_xact_lock(hashtextextended('accounts:' || $1, 0))`,
    values: [workspaceId],
  })
}
