import { announceContacts } from '../../contacts/announce-contacts.ts'
import { inTransaction } from '../../database/database.ts'
import type { SyncContext } from '../sync-context.ts'
import { erasePerson } from './erase-person.ts'

/**
 * Erases the persons that HubSpot reported as deleted for privacy (B61), whatever else the sync of their workspace may
 * do: the law does not wait for a plan or a pause. Returns the number of erased persons.
 */
export async function erasePrivacyDeleted(context: SyncContext): Promise<number> {
  let erased = 0
  while (await eraseNext(context)) erased++
  return erased
}

async function eraseNext(context: SyncContext): Promise<boolean> {
  const at = context.now()
  const done = await inTransaction(context.database.pool, async (client) => {
    const { rows } = await client.query<{ workspace_id: string; hubspot_id: bigint }>(
      `DELETE FROM hubspot_change WHERE (workspace_id, object_type, hubspot_id, kind) IN (
         SELECT workspace_id, object_type, hubspot_id, kind FROM hubspot_change
         WHERE kind = 'PRIVACY_DELETED' ORDER BY first_seen_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING workspace_id, hubspot_id`,
    )
    const [due] = rows
    if (due === undefined) return null
    const person = await erasePerson(client, due.workspace_id, due.hubspot_id, at)
    return { ...person, workspaceId: due.workspace_id }
  })
  if (done === null) return false
  await announceContacts(context, done.workspaceId, done.contactIds)
  return true
}
