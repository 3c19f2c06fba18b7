import { contactStore } from '../../contacts/contact-store.ts'
import { bigints, uuids } from '../../database/array-parameter.ts'
import type { Queryable } from '../../database/database.ts'
import type { SyncError } from '../../generated/prisma/client.ts'
import type { ObjectType, SyncErrorStatus, SyncErrorType } from '../../generated/prisma/enums.ts'
import type { HandleSource } from '../../records/handle.ts'
import { handleProblems } from '../matching/problem.ts'
import { tables } from './relink.ts'
import type { SkipReason } from './skipped-error.ts'

/** The record of an error, and our record to which an admin links it. */
export interface Link {
  readonly error: SyncError
  readonly recordId: string
}

/** The record that has a handle of the HubSpot record. */
export interface Holder {
  readonly id: string
  readonly name: string
  readonly source: HandleSource
  readonly value: string
}

export interface Refusal {
  readonly link: Link
  readonly reason: SkipReason
  readonly heldBy: Holder | null
}

/** Records with these errors are skipped, whatever they are linked to. */
const hopeless: readonly SyncErrorType[] = ['MISSING_HANDLE', 'ACCOUNT_NOT_SYNCED', 'NOT_PROCESSABLE']

/**
 * Separates the links that can be made from those after which the run would skip the record, as far as its errors tell.
 * The caller holds the store's lock.
 */
export async function checkLinks(
  client: Queryable,
  workspaceId: string,
  objectType: ObjectType,
  links: readonly Link[],
): Promise<{ accepted: readonly Link[]; refused: readonly Refusal[] }> {
  const targets = await lockTargets(client, workspaceId, objectType, links)
  const hopelessIds = await findHopeless(client, workspaceId, objectType, links)
  const holders = await findHolders(client, workspaceId, objectType, links)
  const room = objectType === 'CONTACT' ? await openRoom(client, workspaceId, links) : null
  const accepted: Link[] = []
  const refused: Refusal[] = []
  const taken = { hubspotIds: new Map<bigint, string>(), recordIds: new Map<string, bigint>() }
  for (const link of links) {
    const { error, recordId } = link
    const { hubspotId } = error
    const refuse = (reason: SkipReason, heldBy: Holder | null = null) => refused.push({ link, reason, heldBy })
    const isSame = taken.hubspotIds.get(hubspotId) === recordId
    const heldBy = holders.get(keyOf(hubspotId, error.status))?.find(({ id }) => id !== recordId) ?? null
    if (!targets.has(recordId)) refuse('TARGET_NOT_FOUND')
    else if (!isSame && (taken.hubspotIds.has(hubspotId) || taken.recordIds.has(recordId))) refuse('DUPLICATE')
    else if (hopelessIds.has(keyOf(hubspotId, error.status))) refuse('STILL_SKIPPED')
    else if (heldBy !== null) refuse('HANDLE_TAKEN', heldBy)
    else if (!isSame && room !== null && !room.admits(link)) refuse('LIMIT_EXCEEDED')
    else {
      taken.hubspotIds.set(hubspotId, recordId)
      taken.recordIds.set(recordId, hubspotId)
      accepted.push(link)
    }
  }
  return { accepted, refused }
}

/** A teammate's private contact is never linked (B8). */
async function lockTargets(client: Queryable, workspaceId: string, objectType: ObjectType, links: readonly Link[]) {
  const { record } = tables[objectType]
  const shared = objectType === 'CONTACT' ? 'AND private_owner_id IS NULL' : ''
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM ${record} WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) ${shared} ORDER BY id FOR UPDATE`,
    [workspaceId, uuids(links, ({ recordId }) => recordId)],
  )
  return new Set(rows.map((row) => row.id))
}

const keyOf = (hubspotId: bigint, status: SyncErrorStatus) => `${hubspotId} ${status}`

/** The errors of the links' records of these types that are open or ignored. */
const errorsOfRecords = (columns: string) =>
  (['OPEN', 'IGNORED'] as const)
    .map(
      (status) => `SELECT ${columns} FROM sync_error WHERE workspace_id = $1 AND object_type = $2::object_type
         AND status = '${status}' AND hubspot_id = ANY ($3::bigint[]) AND type = ANY ($4::sync_error_type[])`,
    )
    .join(' UNION ALL ')

const idsOf = (links: readonly Link[]) => bigints(links, ({ error }) => error.hubspotId)

async function findHopeless(client: Queryable, workspaceId: string, objectType: ObjectType, links: readonly Link[]) {
  const { rows } = await client.query<{ hubspot_id: bigint; status: SyncErrorStatus }>(
    errorsOfRecords('hubspot_id, status'),
    [workspaceId, objectType, idsOf(links), hopeless],
  )
  return new Set(rows.map((row) => keyOf(row.hubspot_id, row.status)))
}

/** The records that have, at the moment, a handle that was refused to one of the links' records. */
async function findHolders(client: Queryable, workspaceId: string, objectType: ObjectType, links: readonly Link[]) {
  const holder =
    objectType === 'CONTACT'
      ? `contact_handle AS handle ON handle.workspace_id = $1 AND handle.source = taken.source::handle_source
           AND handle.value = taken.value AND NOT handle.is_private
         JOIN contact AS holder ON holder.id = handle.contact_id`
      : `account_domain AS handle ON handle.workspace_id = $1 AND handle.domain = taken.value
         JOIN account AS holder ON holder.id = handle.account_id`
  const { rows } = await client.query<Holder & { hubspot_id: bigint; status: SyncErrorStatus }>(
    `SELECT error.hubspot_id, error.status, taken.source, taken.value, holder.id, holder.name
     FROM (${errorsOfRecords('hubspot_id, status, details')}) AS error
     CROSS JOIN LATERAL jsonb_to_recordset(error.details -> 'handles') AS taken (source text, value text)
     JOIN ${holder}`,
    [workspaceId, objectType, idsOf(links), handleProblems],
  )
  const holders = new Map<string, Holder[]>()
  for (const { hubspot_id: hubspotId, status, ...row } of rows) {
    const key = keyOf(hubspotId, status)
    holders.set(key, [...(holders.get(key) ?? []), row])
  }
  return holders
}

/** Counts the links that the run will create, as far as the workspace has room for them (B29). */
async function openRoom(client: Queryable, workspaceId: string, links: readonly Link[]) {
  const { rows: linked } = await client.query<{ hubspot_id: bigint; contact_id: string }>(
    `SELECT hubspot_id, contact_id FROM contact_link
     WHERE workspace_id = $1 AND state = 'ACTIVE' AND hubspot_id = ANY ($2::bigint[])
     UNION SELECT hubspot_id, contact_id FROM contact_link
     WHERE workspace_id = $1 AND state = 'ACTIVE' AND contact_id = ANY ($3::uuid[])`,
    [workspaceId, idsOf(links), uuids(links, ({ recordId }) => recordId)],
  )
  const { rows } = await client.query<{ contact_limit: number }>('SELECT contact_limit FROM workspace WHERE id = $1', [
    workspaceId,
  ])
  let free = (rows[0]?.contact_limit ?? 0) - (await contactStore.links.countActive(client, workspaceId))
  const active = new Set(linked.flatMap(({ hubspot_id: id, contact_id: contact }) => [String(id), contact]))
  return {
    admits: ({ error, recordId }: Link): boolean => {
      // A link that ends makes room for the new one.
      const isNew = !active.has(String(error.hubspotId)) && !active.has(recordId)
      if (isNew && free <= 0) return false
      if (isNew) free -= 1
      return true
    },
  }
}
