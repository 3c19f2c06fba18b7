import type { Viewer } from '../../auth/viewer.ts'
import { announceContacts } from '../../contacts/announce-contacts.ts'
import { lockContacts } from '../../contacts/contact-lock.ts'
import { mergeInto } from '../../contacts/merge-contacts.ts'
import { inTransaction, type Queryable } from '../../database/database.ts'
import { handleProblems } from '../matching/problem.ts'
import { startRecordsRun } from '../runs/start-records-run.ts'
import type { Fixer } from './retry-and-ignore.ts'

export interface ContactsMerged {
  readonly contactId: string
  readonly deletedIds: readonly string[]
  /** Row id of the run that syncs the HubSpot contacts concerned; null if there are none, or the sync is not active. */
  readonly runId: string | null
}

/**
 * Merges contacts into another one (see `mergeInto`), and syncs by themselves the HubSpot contact that it follows and
 * those that were skipped because one of the contacts had their handle: between the merged contacts there is no conflict
 * any more (B50). Throws NotFoundError, InvalidInputError, and MergeInHubSpotError.
 */
export async function mergeContacts(
  context: Fixer,
  viewer: Viewer,
  contactId: string,
  ids: readonly string[],
): Promise<ContactsMerged> {
  const { workspaceId, userId } = viewer
  const { deletedIds, hubspotIds } = await inTransaction(context.database.pool, async (client) => {
    await lockContacts(client, workspaceId)
    // Before the contacts are deleted, which errors would notice.
    const waitingIds = await keepErrors(client, workspaceId, contactId, ids)
    const { deletedIds, hubspotId } = await mergeInto(client, viewer, contactId, ids)
    return { deletedIds, hubspotIds: [...new Set([...(hubspotId === null ? [] : [hubspotId]), ...waitingIds])] }
  })
  await announceContacts(context, workspaceId, [contactId, ...deletedIds])
  const run = await startRecordsRun(context, {
    workspaceId,
    objectType: 'CONTACT',
    hubspotIds,
    trigger: 'MANUAL',
    triggeredById: userId,
  })
  return { contactId, deletedIds, runId: run?.id ?? null }
}

/**
 * Makes errors that name the merged contacts name the remaining one. Returns the HubSpot ids of the records that wait for
 * a handle of one of them.
 */
async function keepErrors(
  client: Queryable,
  workspaceId: string,
  contactId: string,
  deletedIds: readonly string[],
): Promise<bigint[]> {
  await client.query(
    'UPDATE sync_error SET contact_id = $2 WHERE workspace_id = $1 AND contact_id = ANY ($3::uuid[])',
    [workspaceId, contactId, deletedIds],
  )
  await client.query(
    `UPDATE sync_error SET held_by_contact_id = $2::uuid, details = (
       SELECT jsonb_set(details, '{handles}', jsonb_agg(
         CASE WHEN taken ->> 'heldById' = ANY ($4::text[])
           THEN taken || jsonb_build_object('heldById', $2::text) ELSE taken END ORDER BY turn))
       FROM jsonb_array_elements(details -> 'handles') WITH ORDINALITY AS handle (taken, turn))
     WHERE workspace_id = $1 AND status <> 'RESOLVED' AND held_by_contact_id = ANY ($3::uuid[])`,
    [workspaceId, contactId, deletedIds, deletedIds],
  )
  const { rows } = await client.query<{ hubspot_id: bigint }>(
    `SELECT DISTINCT hubspot_id FROM sync_error
     WHERE workspace_id = $1 AND object_type = 'CONTACT' AND status = 'OPEN' AND held_by_contact_id = $2
       AND type = ANY ($3::sync_error_type[])`,
    [workspaceId, contactId, handleProblems],
  )
  return rows.map((row) => row.hubspot_id)
}
