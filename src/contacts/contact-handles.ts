import type { Viewer } from '../auth/viewer.ts'
import { inTransaction, type Queryable } from '../database/database.ts'
import { refuseOwnedFields } from '../records/refuse-owned-fields.ts'
import { cleanInput, quoted } from '../records/text-rules.ts'
import { HandleTakenError, type InputProblem, InvalidInputError, NotFoundError } from '../user-errors.ts'
import { announceContacts } from './announce-contacts.ts'
import type { ContactContext } from './contact-context.ts'
import { lockContacts } from './contact-lock.ts'
import { type EditedContact, findEditedContact, lookAgain } from './edited-contact.ts'
import { readHandle } from './handles.ts'

/** A handle in any notation. */
export interface HandleInput {
  readonly source: 'EMAIL' | 'PHONE'
  readonly value: string
}

/**
 * Adds a handle to a contact. A handle that the contact already has stays as it is. The sync never removes it (B49).
 * Throws NotFoundError, InvalidInputError, and HandleTakenError (B63).
 */
export async function addContactHandle(
  context: ContactContext,
  viewer: Viewer,
  contactId: string,
  given: HandleInput,
): Promise<void> {
  await changeHandle(context, viewer, contactId, given, (client, contact, handle) =>
    addHandle(client, viewer.workspaceId, contact, handle),
  )
}

/**
 * Removes a handle from a contact. Throws NotFoundError if the contact does not have it, InvalidInputError, and
 * HubSpotOwnedFieldError for a handle that the sync wrote, since it follows HubSpot (B42, B49).
 */
export async function removeContactHandle(
  context: ContactContext,
  viewer: Viewer,
  contactId: string,
  given: HandleInput,
): Promise<void> {
  const { workspaceId } = viewer
  await changeHandle(context, viewer, contactId, given, async (client, contact, { source, value }) => {
    const { rows } = await client.query<{ from_hubspot: boolean }>(
      `DELETE FROM contact_handle WHERE workspace_id = $1 AND contact_id = $2 AND source = $3 AND value = $4
       RETURNING from_hubspot`,
      [workspaceId, contact.id, source, value],
    )
    const [removed] = rows
    if (removed === undefined) throw new NotFoundError('The contact does not have this handle.')
    if (removed.from_hubspot) {
      await refuseOwnedFields(client, workspaceId, 'CONTACT', contact.tie, ({ target }) => target === source)
    }
    // If HubSpot has the handle too, the next run brings it back as HubSpot's.
    await lookAgain(client, workspaceId, contact.id)
    return true
  })
}

/** Returns the handle in its normal form (B49). For a text that is not a handle, adds a problem and returns null. */
export function checkHandle(
  { source, value }: HandleInput,
  region: string,
  path: readonly string[],
  problems: InputProblem[],
): HandleInput | null {
  const before = problems.length
  const text = cleanInput(value, [...path, 'value'], problems)
  if (problems.length > before) return null
  const reading = readHandle(source, text, region)
  if (reading.kind === 'handle') return { source, value: reading.value }
  const what = source === 'EMAIL' ? 'an email address' : 'a phone number'
  const reason = reading.kind === 'invalid' ? reading.reason : `${quoted(text)} is not ${what}`
  problems.push({ path: [...path, 'value'], message: `${reason}.` })
  return null
}

/** Adds a handle in its normal form. Returns false if the contact already has it. The caller holds the contact lock. */
export async function addHandle(
  client: Queryable,
  workspaceId: string,
  { id, privateOwnerId }: Pick<EditedContact, 'id' | 'privateOwnerId'>,
  { source, value }: HandleInput,
): Promise<boolean> {
  const isPrivate = privateOwnerId !== null
  if (!isPrivate) {
    const { rows } = await client.query<{ id: string; name: string }>(
      `SELECT contact.id, contact.name FROM contact_handle handle JOIN contact ON contact.id = handle.contact_id
       WHERE handle.workspace_id = $1 AND source = $2 AND value = $3 AND NOT is_private`,
      [workspaceId, source, value],
    )
    const [holder] = rows
    if (holder !== undefined && holder.id !== id) throw new HandleTakenError({ source, value }, holder)
  }
  const { rowCount } = await client.query(
    `INSERT INTO contact_handle (workspace_id, contact_id, source, value, is_private) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (contact_id, source, value) DO NOTHING`,
    [workspaceId, id, source, value, isPrivate],
  )
  return rowCount === 1
}

/** The ISO 3166 region in which the workspace writes national phone numbers. */
export async function findPhoneRegion(client: Queryable, workspaceId: string): Promise<string> {
  const { rows } = await client.query<{ region: string }>(
    'SELECT default_phone_region AS region FROM sync_settings WHERE workspace_id = $1',
    [workspaceId],
  )
  return rows[0]?.region ?? 'US'
}

async function changeHandle(
  context: ContactContext,
  viewer: Viewer,
  contactId: string,
  given: HandleInput,
  change: (client: Queryable, contact: EditedContact, handle: HandleInput) => Promise<boolean>,
): Promise<void> {
  const { workspaceId } = viewer
  const isChanged = await inTransaction(context.database.pool, async (client) => {
    await lockContacts(client, workspaceId)
    const contact = await findEditedContact(client, viewer, contactId)
    const problems: InputProblem[] = []
    const handle = checkHandle(given, await findPhoneRegion(client, workspaceId), ['handle'], problems)
    if (handle === null) throw new InvalidInputError(problems)
    if (!(await change(client, contact, handle))) return false
    await client.query('UPDATE contact SET updated_at = change_time() WHERE workspace_id = $1 AND id = $2', [
      workspaceId,
      contactId,
    ])
    return true
  })
  if (isChanged) await announceContacts(context, workspaceId, [contactId])
}
