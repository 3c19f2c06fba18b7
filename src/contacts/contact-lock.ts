import { prepared, type Queryable } from '../database/database.ts'
import { lockWaitMs } from '../database/steady-connection.ts'
import { NotFoundError } from '../user-errors.ts'

/**
 * Makes the transaction the only writer of the workspace's shared contacts and handles, until it ends.
 *
 * All code that writes handles takes this lock first. Without it, two writers that find the same handle free would both
 * write it: sorted inserts avoid the deadlock, but the loser would still end up as a contact without its handle.
 *
 * From here on, `change_time()` of the transaction is the time at which it got the lock. Holders come one after the
 * other, so changes in the order of that time are also in the order of their commits (B6).
 *
 * Fails with SQLSTATE 55P03 if it does not get the lock within `waitMs`. This limit also applies to all further locks.
 * Throws NotFoundError if the workspace was deleted, or is being deleted: nothing may be written to it any more.
 */
export async function lockContacts(client: Queryable, workspaceId: string, waitMs = lockWaitMs): Promise<void> {
  const { rowCount } = await client.query(
    prepared(
      `WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', $2, true)),
        lock AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('contacts:' || $1::text, 0)) FROM patience)
      SELECT set_config('contacts.change_time', clock_timestamp()::text, true)
      FROM lock, workspace WHERE workspace.id = $1::uuid AND deletion_started_at IS NULL`,
      [workspaceId, String(waitMs)],
    ),
  )
  if (rowCount === 0) throw new NotFoundError('This workspace was deleted.')
}
