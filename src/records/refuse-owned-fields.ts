import type { Queryable } from '../database/database.ts'
import type { LinkState, MappingTarget, ObjectType } from '../generated/prisma/enums.ts'
import { hubspotRecordUrl } from '../hubspot/record-url.ts'
import { HubSpotOwnedFieldError, type OwnedField } from '../user-errors.ts'
import { hasSource, type SyncedField, syncedFields } from './synced-fields.ts'

/** The link of a record that is about to be written, as far as it matters here. */
export interface Tie {
  readonly hubspotId: bigint
  readonly state: LinkState
}

/** HubSpot's own name for the id of a record. */
const idProperty = 'hs_object_id'

/**
 * Throws HubSpotOwnedFieldError if HubSpot feeds one of the fields that are to be written (B42). The error names all of
 * them and where they are edited. The externalId of a linked record belongs to HubSpot too (B63).
 */
export async function refuseOwnedFields(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
  tie: Tie | null,
  isWritten: (field: SyncedField) => boolean,
): Promise<void> {
  if (tie === null) return
  const ownId: SyncedField = { field: 'externalId', property: idProperty, target: null }
  const owned = [ownId, ...(await findOwnedFields(client, workspaceId, objectType, tie))].filter(isWritten)
  if (owned.length === 0) return
  const editUrl = hubspotRecordUrl(await findPortal(client, workspaceId), objectType, tie.hubspotId)
  throw new HubSpotOwnedFieldError(owned.map(({ field, property }): OwnedField => ({ field, property, editUrl })))
}

/** The fields of a linked record whose values come from HubSpot at the moment. */
export async function findOwnedFields(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
  { state }: Tie,
): Promise<SyncedField[]> {
  return hasSource(state) ? findMapped(client, workspaceId, objectType) : []
}

/** URLs of HubSpot records, in the given order. An empty list if no portal is connected. */
export async function urlsOf(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
  externalIds: readonly string[],
): Promise<string[]> {
  const portal = await findPortal(client, workspaceId)
  const ids = externalIds.filter((id) => /^\d{1,18}$/.test(id))
  return ids.flatMap((id) => hubspotRecordUrl(portal, objectType, BigInt(id)) ?? [])
}

async function findMapped(client: Queryable, workspaceId: string, objectType: ObjectType) {
  const { rows } = await client.query<{
    target: MappingTarget
    hubspotProperty: string
    customFieldKey: string | null
  }>(
    `SELECT mapping.target, mapping.hubspot_property AS "hubspotProperty", custom_field.key AS "customFieldKey"
     FROM field_mapping mapping LEFT JOIN custom_field ON custom_field.id = mapping.custom_field_id
     WHERE mapping.workspace_id = $1 AND mapping.object_type = $2 ORDER BY mapping.position`,
    [workspaceId, objectType],
  )
  return syncedFields(rows)
}

async function findPortal(client: Queryable, workspaceId: string) {
  const { rows } = await client.query<{ uiDomain: string; portalId: bigint }>(
    'SELECT ui_domain AS "uiDomain", portal_id AS "portalId" FROM hubspot_connection WHERE workspace_id = $1',
    [workspaceId],
  )
  return rows[0] ?? null
}
