import { requireAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import { inTransaction, type Queryable } from '../database/database.ts'
import { announceContacts } from './announce-contacts.ts'
import type { ContactContext } from './contact-context.ts'
import { lockContacts } from './contact-lock.ts'
import { findEditedContact } from './edited-contact.ts'

/**
 * Deletes a contact with its handles and its link. The next run creates a new contact for the HubSpot contact unless
 * that is excluded from the sync, which requires an admin (B60). Throws NotFoundError and ForbiddenError.
 */
export async function deleteContact(
  context: ContactContext,
  viewer: Viewer,
  id: string,
  { excludeFromSync }: { readonly excludeFromSync: boolean },
): Promise<void> {
  if (excludeFromSync) requireAdmin(viewer)
  const { workspaceId } = viewer
  await inTransaction(context.database.pool, async (client) => {
    await lockContacts(client, workspaceId)
    const { tie } = await findEditedContact(client, viewer, id)
    if (excludeFromSync && tie !== null) {
      await client.query(
        `INSERT INTO hubspot_exclusion (workspace_id, object_type, hubspot_id) VALUES ($1, 'CONTACT', $2)
         ON CONFLICT DO NOTHING`,
        [workspaceId, tie.hubspotId],
      )
    }
    await noteDeletions(client, workspaceId, [id])
    await client.query('DELETE FROM contact WHERE workspace_id = $1 AND id = $2', [workspaceId, id])
  })
  await announceContacts(context, workspaceId, [id])
}

/** Stores a trace of contacts that are about to be deleted, for subscribers. */
export async function noteDeletions(client: Queryable, workspaceId: string, ids: readonly string[]): Promise<void> {
  await client.query(
    `INSERT INTO contact_deletion (workspace_id, contact_id, external_id, account_id, private_owner_id)
     SELECT workspace_id, id, external_id, account_id, private_owner_id FROM contact
     WHERE workspace_id = $1 AND id = ANY ($2::uuid[])`,
    [workspaceId, ids],
  )
}
