import type { Viewer } from '../auth/viewer.ts'
import { inTransaction, type Queryable } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { KeepResult } from '../database/once-per-key.ts'
import { withCustomFields } from '../records/custom-field-values.ts'
import { ownValue } from '../records/own-value.ts'
import { refuseOwnedFields } from '../records/refuse-owned-fields.ts'
import { customField } from '../records/synced-fields.ts'
import { type InputProblem, InvalidInputError } from '../user-errors.ts'
import { announceContacts } from './announce-contacts.ts'
import type { ContactContext } from './contact-context.ts'
import { addHandle, checkHandle, findPhoneRegion, type HandleInput } from './contact-handles.ts'
import { lockContacts } from './contact-lock.ts'
import { type ContactInput, type ContactValues, checkContact } from './contact-values.ts'
import { type EditedContact, findEditedContact, lookAgain } from './edited-contact.ts'

export interface NewContact extends ContactInput {
  readonly handles?: readonly HandleInput[] | null
  /** Visible only to the viewer, and not touched by any sync (B8). */
  readonly isPrivate?: boolean | null
}

const maxHandles = 100

/**
 * Creates a contact and returns its id (B63). `keep` stores the id in the same transaction. Throws InvalidInputError and
 * HandleTakenError; nothing is written then.
 */
export async function createContact(
  context: ContactContext,
  viewer: Viewer,
  given: NewContact,
  keep?: KeepResult,
): Promise<string> {
  const { workspaceId } = viewer
  const id = await inTransaction(context.database.pool, async (client) => {
    await lockContacts(client, workspaceId)
    const id = await insertContact(client, viewer, given)
    await keep?.(client, id)
    return id
  })
  await announceContacts(context, workspaceId, [id])
  return id
}

/**
 * Creates a contact, with handles that are in their normal form already (`known`) and those of `given`. Throws like
 * `createContact`. The caller holds the contact lock.
 */
export async function insertContact(
  client: Queryable,
  viewer: Viewer,
  given: NewContact,
  known: readonly HandleInput[] = [],
): Promise<string> {
  const { workspaceId } = viewer
  // Created while the lock is held, so that ids rise in the order of creation.
  const id = newId()
  const problems: InputProblem[] = []
  if (given.isPrivate === true && given.externalId != null) {
    problems.push({
      path: ['externalId'],
      message: 'A private contact cannot have one, because the sync ignores private contacts.',
    })
  }
  const handles = await checkHandles(client, workspaceId, given.handles ?? [], problems)
  const values = await checkContact(client, workspaceId, given, problems)
  await requireFreeExternalId(client, workspaceId, id, values.externalId ?? null)
  const contact = edit(blank(id, given.isPrivate === true ? viewer.userId : null), values)
  await client.query(
    `INSERT INTO contact (workspace_id, id, external_id, name, description, avatar_url, links, custom_fields, account_id,
       account_from_hubspot, private_owner_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [workspaceId, ...columns(contact), contact.privateOwnerId],
  )
  for (const handle of [...known, ...handles]) await addHandle(client, workspaceId, contact, handle)
  return id
}

/**
 * Changes the given fields and leaves the others (B63). A field that already has the given value does not change.
 * Throws NotFoundError, InvalidInputError, and HubSpotOwnedFieldError (B42); nothing is written then.
 */
export async function updateContact(
  context: ContactContext,
  viewer: Viewer,
  id: string,
  given: ContactInput,
): Promise<void> {
  const { workspaceId } = viewer
  const isChanged = await inTransaction(context.database.pool, async (client) => {
    await lockContacts(client, workspaceId)
    return changeContact(client, viewer, id, given)
  })
  if (isChanged) await announceContacts(context, workspaceId, [id])
}

/**
 * Changes a contact like `updateContact`, and adds the handles that it does not have yet. Returns true if anything
 * changed. Throws like `updateContact`, and HandleTakenError. The caller holds the contact lock.
 */
export async function changeContact(
  client: Queryable,
  viewer: Viewer,
  id: string,
  given: ContactInput & Pick<NewContact, 'handles'>,
): Promise<boolean> {
  const { workspaceId } = viewer
  const before = await findEditedContact(client, viewer, id)
  const problems: InputProblem[] = []
  if (before.privateOwnerId !== null && given.externalId != null) {
    problems.push({
      path: ['externalId'],
      message: 'A private contact cannot have one, because the sync ignores private contacts.',
    })
  }
  const handles = await checkHandles(client, workspaceId, given.handles ?? [], problems)
  const after = edit(before, await checkContact(client, workspaceId, given, problems))
  let isAdded = false
  for (const handle of handles) isAdded = (await addHandle(client, workspaceId, before, handle)) || isAdded
  const written = writtenFields(before, after)
  if (written.length === 0 && !isAdded) return false
  await refuseOwnedFields(client, workspaceId, 'CONTACT', before.tie, ({ field }) => written.includes(field))
  if (written.includes('externalId')) await requireFreeExternalId(client, workspaceId, id, after.externalId)
  await client.query(
    `UPDATE contact SET updated_at = change_time(), external_id = $3, name = $4, description = $5, avatar_url = $6,
       links = $7, custom_fields = $8, account_id = $9, account_from_hubspot = $10
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, ...columns(after)],
  )
  if (written.includes('account')) await lookAgain(client, workspaceId, id)
  return true
}

function blank(id: string, privateOwnerId: string | null): EditedContact {
  const nothing = { externalId: null, name: '', description: '', avatarUrl: null, links: [], customFields: {} }
  return { id, ...nothing, privateOwnerId, accountId: null, accountFromHubspot: false, tie: null }
}

function edit(contact: EditedContact, values: ContactValues): EditedContact {
  const { customFields, ...given } = values
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const isMoved = values.accountId !== undefined && values.accountId !== contact.accountId
  return {
    ...contact,
    ...set,
    customFields: withCustomFields(contact.customFields, customFields),
    // Attached by hand, so the sync leaves it alone (B67).
    accountFromHubspot: contact.accountFromHubspot && !isMoved,
  }
}

/** The fields that differ, with their names in the API. */
function writtenFields(before: EditedContact, after: EditedContact): string[] {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  const written = (['name', 'description', 'avatarUrl', 'links', 'externalId'] as const).filter(
    (field) => !same(before[field], after[field]),
  )
  const keys = new Set([...Object.keys(before.customFields), ...Object.keys(after.customFields)])
  const values = [...keys].filter((key) => !same(ownValue(before.customFields, key), ownValue(after.customFields, key)))
  return [...written, ...(before.accountId === after.accountId ? [] : ['account']), ...values.map(customField)]
}

const columns = (contact: EditedContact) => [
  contact.id,
  contact.externalId,
  contact.name,
  contact.description,
  contact.avatarUrl,
  contact.links,
  JSON.stringify(contact.customFields),
  contact.accountId,
  contact.accountFromHubspot,
]

async function checkHandles(
  client: Queryable,
  workspaceId: string,
  given: readonly HandleInput[],
  problems: InputProblem[],
) {
  if (given.length === 0) return []
  if (given.length > maxHandles) {
    problems.push({ path: ['handles'], message: `At most ${maxHandles} handles are allowed, not ${given.length}.` })
    return []
  }
  const region = await findPhoneRegion(client, workspaceId)
  return given.flatMap((handle, index) => checkHandle(handle, region, ['handles', String(index)], problems) ?? [])
}

/** An externalId belongs to one contact (B43, I2). */
async function requireFreeExternalId(client: Queryable, workspaceId: string, id: string, externalId: string | null) {
  if (externalId === null) return
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM contact WHERE workspace_id = $1 AND external_id = $2 AND id <> $3',
    [workspaceId, externalId, id],
  )
  if (rows[0] === undefined) return
  const message = `The externalId ${externalId} already belongs to "${rows[0].name}".`
  throw new InvalidInputError([{ path: ['externalId'], message }])
}
