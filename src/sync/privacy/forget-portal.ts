import { lockAccounts } from '../../accounts/account-lock.ts'
import { lockContacts } from '../../contacts/contact-lock.ts'
import type { Queryable } from '../../database/database.ts'
import { changeTime } from '../../records/change-time.ts'
import { cancelRuns } from '../runs/control-run.ts'

/**
 * Unlinks a workspace from a portal that is replaced by another: ids of one portal mean something else in the other
 * (B18). Contacts and accounts keep all of their values and become local; the next start matches them by handle and
 * domain. Runs in progress end, the chosen list is cleared, and nothing starts until an admin starts it. Mappings stay.
 * Call it within the transaction that stores the log-in.
 */
export async function forgetPortal(client: Queryable, workspaceId: string, at: Date): Promise<void> {
  // Before the runs: a worker that writes a page takes this lock and then moves its run.
  await lockAccounts(client, workspaceId)
  await lockContacts(client, workspaceId)
  await cancelRuns(client, workspaceId, at)
  await client.query(
    `UPDATE sync_error SET status = 'RESOLVED', resolved_at = $2 WHERE workspace_id = $1 AND status <> 'RESOLVED'`,
    [workspaceId, at],
  )
  const untie = [
    `UPDATE contact SET external_id = NULL, updated_at = ${changeTime} FROM contact_link AS link
     WHERE contact.workspace_id = $1 AND link.workspace_id = $1 AND link.contact_id = contact.id`,
    'UPDATE contact SET account_from_hubspot = false WHERE workspace_id = $1 AND account_from_hubspot',
    'UPDATE contact_handle SET from_hubspot = false WHERE workspace_id = $1 AND from_hubspot',
    'DELETE FROM contact_link WHERE workspace_id = $1',
    `UPDATE account SET external_id = NULL, updated_at = ${changeTime} FROM account_link AS link
     WHERE account.workspace_id = $1 AND link.workspace_id = $1 AND link.account_id = account.id`,
    'UPDATE account_domain SET from_hubspot = false WHERE workspace_id = $1 AND from_hubspot',
    'DELETE FROM account_link WHERE workspace_id = $1',
    'DELETE FROM hubspot_alias WHERE workspace_id = $1',
    'DELETE FROM hubspot_exclusion WHERE workspace_id = $1',
    'DELETE FROM hubspot_change WHERE workspace_id = $1',
    'DELETE FROM hubspot_freshness WHERE workspace_id = $1',
    `UPDATE sync_settings SET version = version + 1, list_id = NULL, activated_at = NULL, next_run_at = NULL,
       contact_source = CASE WHEN contact_source = 'FROM_LIST' THEN NULL ELSE contact_source END
     WHERE workspace_id = $1`,
  ]
  for (const text of untie) await client.query(text, [workspaceId])
}
