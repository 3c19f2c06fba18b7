import type { Queryable } from '../database/database.ts'
import { lockWaitMs } from '../database/steady-connection.ts'
import { NotFoundError } from '../user-errors.ts'

/**
 * Makes the transaction the only writer of the workspace's accounts and domains, until it ends. All code that writes
 * domains takes this lock first, for the reason given at `lockContacts`. `waitMs` and the errors are the same as there.
 */
export async function lockAccounts(client: Queryable, workspaceId: string, waitMs = lockWaitMs): Promise<void> {
  const { rowCount } = await client.query({
    text: `WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', $2, true)),
        lock AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('accounts:' || $1::text, 0)) FROM patience)
      SELECT FROM lock, workspace WHERE workspace.id = $1::uuid AND deletion_started_at IS NULL`,
    values: [workspaceId, String(waitMs)],
  })
  if (rowCount === 0) throw new NotFoundError('This workspace was deleted.')
}
