import { lockContacts } from '../../contacts/contact-lock.ts'
import type { Queryable } from '../../database/database.ts'
import { changeTime } from '../../records/change-time.ts'
import { rewriteRunTexts } from '../runs/rewrite-run-texts.ts'
import { mentions, type Person, withoutPerson } from './without-person.ts'

export interface ErasedPerson {
  /** Our contacts that held the person's data. They remain as empty records (I3). */
  readonly contactIds: readonly string[]
  /** The HubSpot ids that are excluded from now on. */
  readonly hubspotIds: readonly bigint[]
}

/** Replaces a message that named the person. */
const erased = 'Erased for privacy.'
/** A shorter text appears in too many other texts by chance. */
const shortestMark = 3

/**
 * Erases everything that the workspace has about a HubSpot contact (B61) and about those that were merged into it:
 * values, handles, links, custom fields, and the picture of its contacts, including what was written by hand, and
 * mentions in errors and previews. Its ids are excluded, so that no run brings it back. Call it within a transaction.
 * Calling it again changes nothing.
 */
export async function erasePerson(
  client: Queryable,
  workspaceId: string,
  hubspotId: bigint,
  at: Date,
): Promise<ErasedPerson> {
  await lockContacts(client, workspaceId)
  const hubspotIds = await findIds(client, workspaceId, hubspotId)
  const { contactIds, person } = await findPerson(client, workspaceId, hubspotIds)
  await emptyContacts(client, workspaceId, contactIds)
  await emptyErrors(client, workspaceId, { contactIds, hubspotIds, person }, at)
  await rewriteRunTexts(client, workspaceId, ({ preview, message }) => ({
    preview: preview === null ? null : withoutPerson(preview, person),
    message: message !== null && mentions(message, person) ? erased : message,
  }))
  await client.query(
    `INSERT INTO hubspot_exclusion (workspace_id, object_type, hubspot_id, created_at)
     SELECT $1, 'CONTACT', id, $3 FROM unnest($2::bigint[]) AS id ON CONFLICT DO NOTHING`,
    [workspaceId, hubspotIds, at],
  )
  return { contactIds, hubspotIds }
}

/** The id that this one was merged into, and all ids that were merged into that (B59). */
async function findIds(client: Queryable, workspaceId: string, hubspotId: bigint): Promise<bigint[]> {
  const { rows } = await client.query<{ id: bigint }>(
    `WITH RECURSIVE onwards (id) AS (
       SELECT $2::bigint
       UNION SELECT merged_into_id FROM hubspot_alias alias JOIN onwards ON alias.hubspot_id = onwards.id
       WHERE alias.workspace_id = $1 AND alias.object_type = 'CONTACT'
     ), family (id) AS (
       SELECT id FROM onwards
       UNION SELECT alias.hubspot_id FROM hubspot_alias alias JOIN family ON alias.merged_into_id = family.id
       WHERE alias.workspace_id = $1 AND alias.object_type = 'CONTACT'
     )
     SELECT id FROM family ORDER BY id`,
    [workspaceId, hubspotId],
  )
  return rows.map((row) => row.id)
}

interface ContactRow {
  readonly id: string
  readonly name: string
  readonly handles: readonly string[] | null
}

async function findPerson(client: Queryable, workspaceId: string, hubspotIds: readonly bigint[]) {
  const { rows } = await client.query<ContactRow>(
    `SELECT contact.id, contact.name,
       (SELECT json_agg(value) FROM contact_handle WHERE contact_id = contact.id) AS handles
     FROM contact LEFT JOIN contact_link link ON link.contact_id = contact.id
     WHERE contact.workspace_id = $1 AND contact.private_owner_id IS NULL
       AND (link.hubspot_id = ANY ($2::bigint[]) OR contact.external_id = ANY ($3::text[]))`,
    [workspaceId, hubspotIds, hubspotIds.map(String)],
  )
  const marks = rows.flatMap(({ name, handles }) => [
    ...(handles ?? []),
    // In quotes, as errors name the holder of a handle. Without them, a short name would match other people's texts.
    `"${name}"`,
    ...(name.includes(' ') ? [name] : []),
  ])
  const person: Person = {
    hubspotIds: new Set(hubspotIds.map(String)),
    marks: marks.map((mark) => mark.toLowerCase()).filter((mark) => mark.length >= shortestMark && mark !== '""'),
  }
  return { contactIds: rows.map(({ id }) => id), person }
}

async function emptyContacts(client: Queryable, workspaceId: string, contactIds: readonly string[]): Promise<void> {
  if (contactIds.length === 0) return
  const values = [workspaceId, contactIds]
  await client.query(
    `UPDATE contact SET name = '', description = '', avatar_url = NULL, links = '{}', custom_fields = '{}',
       account_id = NULL, account_from_hubspot = false, updated_at = ${changeTime}
     WHERE workspace_id = $1 AND id = ANY ($2::uuid[])`,
    values,
  )
  await client.query('DELETE FROM contact_handle WHERE workspace_id = $1 AND contact_id = ANY ($2::uuid[])', values)
  // The hash was computed from the values. Links that no longer follow HubSpot keep their state.
  await client.query(
    `UPDATE contact_link SET row_hash = NULL, is_held = false,
       state_changed_at = CASE state WHEN 'ACTIVE' THEN ${changeTime} ELSE state_changed_at END,
       state = CASE state WHEN 'MERGED_AWAY' THEN state ELSE 'SOURCE_DELETED' END
     WHERE workspace_id = $1 AND contact_id = ANY ($2::uuid[])`,
    values,
  )
}

/**
 * The person's own errors are resolved, also ignored ones, which a retry would bring back. Errors of other records stay, and no
 * longer name the person.
 */
async function emptyErrors(
  client: Queryable,
  workspaceId: string,
  { contactIds, hubspotIds, person }: ErasedPerson & { readonly person: Person },
  at: Date,
): Promise<void> {
  await client.query(
    `UPDATE sync_error SET message = $4, resolved_at = coalesce(resolved_at, $5), status = 'RESOLVED'
     WHERE workspace_id = $1 AND object_type = 'CONTACT'
       AND (hubspot_id = ANY ($2::bigint[]) OR contact_id = ANY ($3::uuid[]))`,
    [workspaceId, hubspotIds, contactIds, erased, at],
  )
  // Names of other records are not about the person. The handles and values in details can be.
  const marks = [...person.marks, ...contactIds, ...hubspotIds.map((id) => `"${id}"`)]
  await client.query(
    `UPDATE sync_error SET details = NULL
     WHERE workspace_id = $1 AND details IS NOT NULL
       AND EXISTS (SELECT FROM unnest($2::text[]) AS mark WHERE strpos(lower(details::text), mark) > 0)`,
    [workspaceId, marks],
  )
  await client.query(
    `UPDATE sync_error SET message = $4
     WHERE workspace_id = $1 AND (held_by_contact_id = ANY ($3::uuid[])
       OR (object_type = 'CONTACT' AND held_by_hubspot_id = ANY ($2::bigint[]))
       OR EXISTS (SELECT FROM unnest($5::text[]) AS mark WHERE strpos(lower(message), mark) > 0))`,
    [workspaceId, hubspotIds, contactIds, erased, person.marks],
  )
}
