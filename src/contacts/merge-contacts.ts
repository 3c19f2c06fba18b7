import type { Viewer } from '../auth/viewer.ts'
import type { Queryable } from '../database/database.ts'
import { findOwnedFields, urlsOf } from '../records/refuse-owned-fields.ts'
import type { JsonValue } from '../records/stored-record.ts'
import { customField } from '../records/synced-fields.ts'
import { type InputProblem, InvalidInputError, MergeInHubSpotError } from '../user-errors.ts'
import { lockContacts } from './contact-lock.ts'
import { noteDeletions } from './delete-contact.ts'
import { type EditedContact, findEditedContact } from './edited-contact.ts'

/** Maximum number of contacts that are merged into another one at once. */
export const maxMerged = 100

export interface Merged {
  /** Ids of the contacts that no longer exist. */
  readonly deletedIds: readonly string[]
  /** The HubSpot contact that the remaining contact follows; null if it follows none. */
  readonly hubspotId: bigint | null
}

/**
 * Merges contacts into another one, which gets their handles, web links, and account, and the values that it lacks. The
 * others are deleted. If one of them is linked to HubSpot, the link and HubSpot's values move with it. Call it within a
 * transaction, and `announceContacts` after the commit.
 *
 * Throws NotFoundError for a contact that the viewer cannot see, InvalidInputError, and MergeInHubSpotError if two of
 * them follow different HubSpot contacts; nothing is written then.
 */
export async function mergeInto(
  client: Queryable,
  viewer: Viewer,
  intoId: string,
  ids: readonly string[],
): Promise<Merged> {
  const { workspaceId } = viewer
  const problems = checkIds(intoId, ids)
  if (problems.length > 0) throw new InvalidInputError(problems)
  await lockContacts(client, workspaceId)
  const into = await findEditedContact(client, viewer, intoId)
  const others: EditedContact[] = []
  for (const id of new Set(ids)) others.push(await findEditedContact(client, viewer, id))
  requireSamePrivacy(into, others)
  const linked = await findLinked(client, workspaceId, [into, ...others])
  const owned = linked?.tie ? await findOwnedFields(client, workspaceId, 'CONTACT', linked.tie) : []
  const after = combine(into, others, linked, new Set(owned.map(({ field }) => field)))
  const deletedIds = others.map(({ id }) => id)

  await moveHandles(client, workspaceId, intoId, deletedIds, linked)
  await moveLink(client, workspaceId, [into, ...others], linked)
  await noteDeletions(client, workspaceId, deletedIds)
  await client.query('DELETE FROM contact WHERE workspace_id = $1 AND id = ANY ($2::uuid[])', [workspaceId, deletedIds])
  await client.query(
    `UPDATE contact SET updated_at = change_time(), external_id = $3, name = $4, description = $5, avatar_url = $6,
       links = $7, custom_fields = $8, account_id = $9, account_from_hubspot = $10
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      intoId,
      after.externalId,
      after.name,
      after.description,
      after.avatarUrl,
      after.links,
      JSON.stringify(after.customFields),
      after.accountId,
      after.accountFromHubspot,
    ],
  )
  return { deletedIds, hubspotId: linked !== null && follows(linked) ? hubspotIdOf(linked) : null }
}

function checkIds(intoId: string, ids: readonly string[]): InputProblem[] {
  if (ids.length === 0) return [{ path: ['ids'], message: 'Name at least one contact to merge.' }]
  if (ids.length > maxMerged) {
    return [{ path: ['ids'], message: `At most ${maxMerged} contacts are allowed, not ${ids.length}.` }]
  }
  return ids.flatMap((id, index) =>
    id === intoId ? { path: ['ids', String(index)], message: 'A contact cannot be merged into itself.' } : [],
  )
}

/** Otherwise a teammate's private data would become visible to all, or shared data only to one. */
function requireSamePrivacy(into: EditedContact, others: readonly EditedContact[]): void {
  const problems = others.flatMap(({ privateOwnerId }, index) =>
    privateOwnerId === into.privateOwnerId
      ? []
      : {
          path: ['ids', String(index)],
          message: 'A private contact and a shared one cannot be merged. Create a shared contact first.',
        },
  )
  if (problems.length > 0) throw new InvalidInputError(problems)
}

/** True if the contact follows a HubSpot contact, or will do so as soon as a run reads it. */
function follows({ externalId, tie }: EditedContact): boolean {
  return tie === null ? externalId !== null : tie.state === 'ACTIVE'
}

const ranks = { ACTIVE: 0, OUT_OF_SCOPE: 1, SOURCE_DELETED: 2, MERGED_AWAY: 3 } as const

/** The contact whose link remains: the one that follows HubSpot, or else the first one that did. */
async function findLinked(
  client: Queryable,
  workspaceId: string,
  contacts: readonly EditedContact[],
): Promise<EditedContact | null> {
  const following = contacts.filter(follows)
  if (following.length > 1) {
    const externalIds = following.map(({ externalId, tie }) => String(tie?.hubspotId ?? externalId))
    throw new MergeInHubSpotError(externalIds, await urlsOf(client, workspaceId, 'CONTACT', externalIds))
  }
  const tied = contacts.filter(({ tie }) => tie !== null)
  const byRank = [...tied].sort((a, b) => ranks[a.tie?.state ?? 'ACTIVE'] - ranks[b.tie?.state ?? 'ACTIVE'])
  return following[0] ?? byRank[0] ?? null
}

/** The HubSpot id of the contact; null if it has an external id that is none. */
function hubspotIdOf({ externalId, tie }: EditedContact): bigint | null {
  if (tie !== null) return tie.hubspotId
  return externalId !== null && /^\d{1,18}$/.test(externalId) ? BigInt(externalId) : null
}

/**
 * HubSpot's fields come from the contact that is linked, and all others from `into`, or else from the first contact that
 * has them.
 */
function combine(
  into: EditedContact,
  others: readonly EditedContact[],
  linked: EditedContact | null,
  owned: ReadonlySet<string>,
): EditedContact {
  const all = [into, ...others]
  const pick = <Field extends 'name' | 'description' | 'avatarUrl'>(field: Field): EditedContact[Field] =>
    linked !== null && owned.has(field)
      ? linked[field]
      : (all.find((contact) => contact[field])?.[field] ?? into[field])
  const links =
    linked !== null && owned.has('links') ? linked.links : [...new Set(all.flatMap((contact) => contact.links))]
  const customFields: Record<string, JsonValue> = Object.create(null)
  for (const contact of all) {
    for (const [key, value] of Object.entries(contact.customFields)) {
      const isOwned = linked !== null && owned.has(customField(key))
      if (isOwned ? contact === linked : !(key in customFields)) customFields[key] = value
    }
  }
  // An account that was attached by hand stays (B67).
  const account = [
    ...(into.accountFromHubspot ? [] : [into]),
    ...(linked === null ? [] : [linked]),
    into,
    ...others,
  ].find(({ accountId }) => accountId !== null)
  return {
    ...into,
    externalId: linked?.externalId ?? null,
    name: pick('name'),
    description: pick('description'),
    avatarUrl: pick('avatarUrl'),
    links,
    customFields,
    accountId: account?.accountId ?? null,
    accountFromHubspot: account !== undefined && account === linked && account.accountFromHubspot,
  }
}

/** Only the handles of the contact that is linked still follow HubSpot. The sync would remove the others. */
async function moveHandles(
  client: Queryable,
  workspaceId: string,
  intoId: string,
  ids: readonly string[],
  linked: EditedContact | null,
): Promise<void> {
  await client.query(
    `UPDATE contact_handle SET from_hubspot = false
     WHERE workspace_id = $1 AND contact_id = ANY ($2::uuid[]) AND contact_id IS DISTINCT FROM $3 AND from_hubspot`,
    [workspaceId, [intoId, ...ids], linked?.id ?? null],
  )
  // Private contacts can have a handle in common.
  await client.query(
    `UPDATE contact_handle SET contact_id = $2
     WHERE workspace_id = $1 AND (contact_id, source, value) IN (
       SELECT DISTINCT ON (source, value) contact_id, source, value FROM contact_handle AS moved
       WHERE workspace_id = $1 AND contact_id = ANY ($3::uuid[]) AND NOT EXISTS (
         SELECT FROM contact_handle AS own
         WHERE own.contact_id = $2 AND own.source = moved.source AND own.value = moved.value)
       ORDER BY source, value, contact_id)`,
    [workspaceId, intoId, ids],
  )
}

/** Look-ups by the HubSpot ids of the links that end find the remaining contact, as after a merge in HubSpot (B59). */
async function moveLink(
  client: Queryable,
  workspaceId: string,
  contacts: readonly EditedContact[],
  linked: EditedContact | null,
): Promise<void> {
  const [into] = contacts
  const keptId = linked === null ? null : hubspotIdOf(linked)
  const ended = contacts.filter((contact) => contact !== linked && contact.tie !== null)
  await client.query('DELETE FROM contact_link WHERE workspace_id = $1 AND contact_id = ANY ($2::uuid[])', [
    workspaceId,
    ended.map(({ id }) => id),
  ])
  if (linked !== null && linked !== into) {
    await client.query(
      `UPDATE contact_link SET contact_id = $2, row_hash = NULL, state_changed_at = change_time()
       WHERE workspace_id = $1 AND contact_id = $3`,
      [workspaceId, into?.id, linked.id],
    )
  }
  // The id of a contact that was merged away in HubSpot leads to the HubSpot contact that it was merged into.
  const former = ended.flatMap(({ tie }) => (tie === null || tie.state === 'MERGED_AWAY' ? [] : [tie.hubspotId]))
  if (keptId === null || former.length === 0) return
  await client.query(
    `INSERT INTO hubspot_alias (workspace_id, object_type, hubspot_id, merged_into_id)
     SELECT $1, 'CONTACT', id, $3 FROM unnest($2::bigint[]) AS id
     ON CONFLICT (workspace_id, object_type, hubspot_id) DO UPDATE SET merged_into_id = excluded.merged_into_id`,
    [workspaceId, former, keptId],
  )
}
