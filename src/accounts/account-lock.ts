import type { Queryable } from '../database/database.ts'
import { lockWaitMs } from '../database/steady-connection.ts'

/**
 * Makes the transaction the only writer of the workspace's accounts and domains, until it ends. All code that writes
 * domains takes this lock first, for the reason given at `lockContacts`. `waitMs` is the same as there.
 */
export async function lockAccounts(client: Queryable, workspaceId: string, waitMs = lockWaitMs): Promise<void> {
  await client.query({
    text: `WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', $2, true))
      SELECT pg_advisory_xact_lock(hashtextextended('accounts:' || $1, 0)) FROM patience`,
    values: [workspaceId, String(waitMs)],
  })
}
