import { lockAccounts } from '../accounts/account-lock.ts'
import { requireAdmin } from '../auth/permissions.ts'
import type { Viewer } from '../auth/viewer.ts'
import { announceContacts } from '../contacts/announce-contacts.ts'
import type { ContactContext } from '../contacts/contact-context.ts'
import { lockContacts } from '../contacts/contact-lock.ts'
import { inTransaction, type Queryable } from '../database/database.ts'
import type { ObjectType } from '../generated/prisma/enums.ts'
import { NotFoundError, SyncStateError } from '../user-errors.ts'

/** Records processed per transaction, so that a sync in progress never waits long. */
const batchSize = 5_000
const beforeAll = '00000000-0000-0000-0000-000000000000'

interface Field {
  readonly workspaceId: string
  readonly id: string
  readonly objectType: ObjectType
  readonly key: string
}

/**
 * Deletes a field and its values in all records. The field itself is deleted last: if this ends early, the field still
 * exists, and deleting it again finishes the work. Throws ForbiddenError, NotFoundError, and SyncStateError if a
 * HubSpot property is mapped to it or a run in progress writes it.
 */
export async function deleteCustomField(context: ContactContext, viewer: Viewer, id: string): Promise<void> {
  requireAdmin(viewer)
  const { pool } = context.database
  const field = await findField(pool, viewer.workspaceId, id)
  const underLock = (work: (client: Queryable) => Promise<Cleared>) =>
    inTransaction(pool, async (client) => {
      await (field.objectType === 'CONTACT' ? lockContacts : lockAccounts)(client, field.workspaceId)
      await requireUnused(client, field)
      return work(client)
    })
  const announce = ({ changedIds }: Cleared) =>
    field.objectType === 'CONTACT' ? announceContacts(context, field.workspaceId, changedIds) : undefined

  for (let after: string | null = beforeAll; after !== null; ) {
    const from: string = after
    const cleared = await underLock((client) => clearValues(client, field, from, batchSize))
    await announce(cleared)
    after = cleared.lastId
  }
  // Values that were written in the meantime.
  const cleared = await underLock(async (client) => {
    const rest = await clearValues(client, field, beforeAll, null)
    await client.query('DELETE FROM custom_field WHERE workspace_id = $1 AND id = $2', [field.workspaceId, id])
    return rest
  })
  await announce(cleared)
}

async function findField(queryable: Queryable, workspaceId: string, id: string): Promise<Field> {
  const { rows } = await queryable.query<Field>(
    `SELECT workspace_id AS "workspaceId", id, object_type AS "objectType", key FROM custom_field
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id],
  )
  if (rows[0] === undefined) throw new NotFoundError('The custom field does not exist.')
  return rows[0]
}

async function requireUnused(client: Queryable, { workspaceId, id, objectType, key }: Field): Promise<void> {
  const { rows } = await client.query<{ property: string | null }>(
    `SELECT hubspot_property AS property FROM field_mapping WHERE workspace_id = $1 AND custom_field_id = $2
     UNION ALL
     SELECT NULL FROM sync_run WHERE workspace_id = $1 AND finished_at IS NULL
       AND jsonb_path_exists(settings -> $3, '$[*].customField.key ? (@ == $key)', jsonb_build_object('key', $4::text))
     LIMIT 1`,
    [workspaceId, id, objectType === 'CONTACT' ? 'contactMappings' : 'accountMappings', key],
  )
  const [use] = rows
  if (use === undefined) return
  throw new SyncStateError(
    use.property === null
      ? 'A run in progress still writes to the field. Wait until it ends or cancel it, then delete the field.'
      : `HubSpot's property "${use.property}" is mapped to the field. Remove the mapping first.`,
  )
}

interface Cleared {
  readonly changedIds: readonly string[]
  /** The last record that was processed; null at the end. */
  readonly lastId: string | null
}

/** Removes the values of the records whose id is greater than `after`, from at most `limit` records. */
async function clearValues(client: Queryable, field: Field, after: string, limit: number | null): Promise<Cleared> {
  const table = field.objectType === 'CONTACT' ? 'contact' : 'account'
  const { rows } = await client.query<{ ids: string[] | null; last: string | null }>(
    `WITH batch AS (
       SELECT id FROM ${table} WHERE workspace_id = $1 AND id > $2 ORDER BY workspace_id, id LIMIT $4
     ), cleared AS (
       UPDATE ${table} SET custom_fields = custom_fields - $3, updated_at = change_time()
       FROM batch WHERE ${table}.id = batch.id AND custom_fields ? $3 RETURNING ${table}.id
     )
     SELECT (SELECT array_agg(id) FROM cleared) AS ids,
       (SELECT id FROM batch ORDER BY id DESC OFFSET 0 LIMIT CASE WHEN (SELECT count(*) FROM batch) = $4 THEN 1 ELSE 0 END)
         AS last`,
    [field.workspaceId, after, field.key, limit],
  )
  return { changedIds: rows[0]?.ids ?? [], lastId: rows[0]?.last ?? null }
}
