import type { Viewer } from '../auth/viewer.ts'
import type { Queryable } from '../database/database.ts'
import type { LinkState } from '../generated/prisma/enums.ts'
import type { Tie } from '../records/refuse-owned-fields.ts'
import type { JsonValue } from '../records/stored-record.ts'
import { NotFoundError } from '../user-errors.ts'

/** A contact as it is before it is changed by hand. */
export interface EditedContact {
  readonly id: string
  readonly externalId: string | null
  readonly name: string
  readonly description: string
  readonly avatarUrl: string | null
  readonly links: readonly string[]
  readonly customFields: Readonly<Record<string, JsonValue>>
  readonly privateOwnerId: string | null
  readonly accountId: string | null
  readonly accountFromHubspot: boolean
  readonly tie: Tie | null
}

/** Reads a contact that is visible to the viewer. The caller holds the contact lock. Throws NotFoundError. */
export async function findEditedContact(client: Queryable, viewer: Viewer, id: string): Promise<EditedContact> {
  const { rows } = await client.query<Omit<EditedContact, 'tie'> & { hubspotId: bigint | null; state: LinkState }>(
    `SELECT contact.id, external_id AS "externalId", name, description, avatar_url AS "avatarUrl", links,
       custom_fields AS "customFields", private_owner_id AS "privateOwnerId", account_id AS "accountId",
       account_from_hubspot AS "accountFromHubspot", link.hubspot_id AS "hubspotId", link.state
     FROM contact LEFT JOIN contact_link link ON link.contact_id = contact.id
     WHERE contact.workspace_id = $1 AND contact.id = $2 AND (private_owner_id IS NULL OR private_owner_id = $3)`,
    [viewer.workspaceId, id, viewer.userId],
  )
  const [row] = rows
  if (row === undefined) throw new NotFoundError('The contact does not exist.')
  const { hubspotId, state, ...contact } = row
  return { ...contact, tie: hubspotId === null ? null : { hubspotId, state } }
}

/** Makes the next run process the contact again, even if HubSpot did not change it. */
export async function lookAgain(client: Queryable, workspaceId: string, contactId: string): Promise<void> {
  await client.query('UPDATE contact_link SET row_hash = NULL WHERE workspace_id = $1 AND contact_id = $2', [
    workspaceId,
    contactId,
  ])
}
