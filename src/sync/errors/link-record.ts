import { accountStore } from '../../accounts/account-store.ts'
import { requireSyncAdmin } from '../../auth/permissions.ts'
import type { Viewer } from '../../auth/viewer.ts'
import { announceContacts } from '../../contacts/announce-contacts.ts'
import { contactStore } from '../../contacts/contact-store.ts'
import { inTransaction, type Queryable } from '../../database/database.ts'
import type { SyncError, SyncRun } from '../../generated/prisma/client.ts'
import { changeTime } from '../../records/change-time.ts'
import { InvalidInputError, NotFoundError, SyncStateError } from '../../user-errors.ts'
import { stopIgnoring } from './ignored-records.ts'
import { type Fixer, findRecordError, requireGoingOn, tryAgain } from './retry-and-ignore.ts'

const tables = {
  CONTACT: {
    store: contactStore,
    record: 'contact',
    recordId: 'contact_id',
    handle: 'contact_handle',
    link: 'contact_link',
  },
  ACCOUNT: {
    store: accountStore,
    record: 'account',
    recordId: 'account_id',
    handle: 'account_domain',
    link: 'account_link',
  },
} as const

/** Exactly one of the two is set. */
export interface LinkTarget {
  readonly contactId: string | null
  readonly accountId: string | null
}

/**
 * Links the record of an error to the contact or account that an admin names, whatever their handles are, and syncs it
 * by itself (B56). Previous links of both are ended: a HubSpot record that loses its contact is matched again in the
 * same run, and a contact that loses its HubSpot record keeps its values, except for the handles that the sync wrote.
 * Throws the errors of `retrySyncError`, and InvalidInputError and NotFoundError for a wrong target.
 */
export async function linkSyncError(
  context: Fixer,
  viewer: Viewer,
  errorId: string,
  target: LinkTarget,
): Promise<SyncRun> {
  requireSyncAdmin(viewer)
  const error = await findRecordError(context, viewer, errorId)
  const recordId = idOf(target, error)
  await requireGoingOn(context, error)
  const { pool } = context.database
  const { changedIds, freedHubspotIds } = await inTransaction(pool, async (client) => {
    await tables[error.objectType].store.lock(client, error.workspaceId)
    await requireLinkable(client, error, recordId)
    await stopIgnoring(client, error.workspaceId, error.objectType, [error.hubspotId])
    const linked = await relink(client, error, recordId, context.now())
    if (error.objectType === 'CONTACT') await requireRoom(client, error)
    return linked
  })
  if (error.objectType === 'CONTACT') await announceContacts(context, error.workspaceId, changedIds)
  return tryAgain(context, viewer, error, [error.hubspotId, ...freedHubspotIds])
}

function idOf({ contactId, accountId }: LinkTarget, { objectType }: SyncError): string {
  const [name, id, other] =
    objectType === 'CONTACT' ? ['contactId', contactId, accountId] : ['accountId', accountId, contactId]
  if (id !== null && other === null) return id
  throw new InvalidInputError([
    { path: [name], message: `The error is about a HubSpot ${name.slice(0, -2)}. Provide only ${name}.` },
  ])
}

async function requireLinkable(client: Queryable, { workspaceId, objectType }: SyncError, id: string): Promise<void> {
  const { record } = tables[objectType]
  // A teammate's private contact is never linked (B8).
  const shared = objectType === 'CONTACT' ? 'AND private_owner_id IS NULL' : ''
  const { rowCount } = await client.query(
    `SELECT FROM ${record} WHERE id = $1 AND workspace_id = $2 ${shared} FOR UPDATE`,
    [id, workspaceId],
  )
  if (rowCount === 0) throw new NotFoundError(`This shared ${record} does not exist.`)
}

/** Call it after creating the link: throws, and so undoes it, if there are now too many links (B29). */
async function requireRoom(client: Queryable, { workspaceId }: SyncError): Promise<void> {
  const { rows } = await client.query<{ contact_limit: number }>('SELECT contact_limit FROM workspace WHERE id = $1', [
    workspaceId,
  ])
  const limit = rows[0]?.contact_limit ?? 0
  if ((await contactStore.links.countActive(client, workspaceId)) <= limit) return
  throw new SyncStateError(
    `The workspace has reached its limit of ${limit} synced contacts. Choose a smaller source first.`,
  )
}

/** Returns the ids of our changed records, and of the HubSpot records that lost theirs. */
async function relink(client: Queryable, { workspaceId, objectType, hubspotId }: SyncError, id: string, at: Date) {
  const { record, recordId, handle, link } = tables[objectType]
  const former = await client.query<{ id: string }>(
    `WITH gone AS (
       DELETE FROM ${link} WHERE workspace_id = $1 AND hubspot_id = $2 AND ${recordId} <> $3 RETURNING ${recordId} AS id
     )
     UPDATE ${record} SET external_id = NULL, updated_at = ${changeTime}
     WHERE workspace_id = $1 AND id <> $3 AND (id IN (SELECT id FROM gone) OR external_id = $2::bigint::text) RETURNING id`,
    [workspaceId, hubspotId, id],
  )
  const formerIds = former.rows.map((row) => row.id)
  await client.query(
    `DELETE FROM ${handle} WHERE workspace_id = $1 AND ${recordId} = ANY ($2::uuid[]) AND from_hubspot`,
    [workspaceId, formerIds],
  )
  const freed = await client.query<{ hubspot_id: bigint; state: string }>(
    `DELETE FROM ${link} WHERE workspace_id = $1 AND ${recordId} = $2 AND hubspot_id <> $3 RETURNING hubspot_id, state`,
    [workspaceId, id, hubspotId],
  )
  await client.query(
    `UPDATE ${record} SET external_id = $3::bigint::text, updated_at = ${changeTime} WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id, hubspotId],
  )
  // The link is held until its values are written, so that the end of a run that never saw it does not count for it
  // (B40).
  await client.query(
    `INSERT INTO ${link} (workspace_id, hubspot_id, ${recordId}, synced_at, state_changed_at, is_held)
     VALUES ($1, $2, $3, $4, ${changeTime}, true)
     ON CONFLICT (workspace_id, hubspot_id) DO UPDATE SET state = 'ACTIVE', row_hash = NULL, is_held = true`,
    [workspaceId, hubspotId, id, at],
  )
  return {
    changedIds: [id, ...formerIds],
    freedHubspotIds: freed.rows.filter(({ state }) => state === 'ACTIVE').map((row) => row.hubspot_id),
  }
}
