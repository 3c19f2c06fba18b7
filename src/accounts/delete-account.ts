import { requireAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import { announceContacts } from '../contacts/announce-contacts.ts'
import type { ContactContext } from '../contacts/contact-context.ts'
import { lockContacts } from '../contacts/contact-lock.ts'
import { inTransaction } from '../database/database.ts'
import { lockAccounts } from './account-lock.ts'
import { findEditedAccount } from './edited-account.ts'

/**
 * Deletes an account. Its contacts stay, without an account. The next run creates a new account for the HubSpot company
 * unless that is excluded from the sync, which requires an admin. Throws NotFoundError and ForbiddenError.
 */
export async function deleteAccount(
  context: ContactContext,
  viewer: Viewer,
  id: string,
  { excludeFromSync }: { readonly excludeFromSync: boolean },
): Promise<void> {
  if (excludeFromSync) requireAdmin(viewer)
  const { workspaceId } = viewer
  const contactIds = await inTransaction(context.database.pool, async (client) => {
    await lockAccounts(client, workspaceId)
    const { tie } = await findEditedAccount(client, viewer, id)
    if (excludeFromSync && tie !== null) {
      await client.query(
        `INSERT INTO hubspot_exclusion (workspace_id, object_type, hubspot_id) VALUES ($1, 'ACCOUNT', $2)
         ON CONFLICT DO NOTHING`,
        [workspaceId, tie.hubspotId],
      )
    }
    // Before the row is locked: code that attaches a contact holds this lock and then locks the row.
    await lockContacts(client, workspaceId)
    const { rows } = await client.query<{ id: string }>(
      `UPDATE contact SET account_id = NULL, account_from_hubspot = false, updated_at = change_time()
       WHERE workspace_id = $1 AND account_id = $2 RETURNING id`,
      [workspaceId, id],
    )
    // A contact that was attached to this account by hand follows HubSpot again (B67).
    await client.query(
      'UPDATE contact_link SET row_hash = NULL WHERE workspace_id = $1 AND contact_id = ANY ($2::uuid[])',
      [workspaceId, rows.map((row) => row.id)],
    )
    await client.query('DELETE FROM account WHERE workspace_id = $1 AND id = $2', [workspaceId, id])
    return rows.map((row) => row.id)
  })
  await announceContacts(context, workspaceId, contactIds)
}
