import type { Viewer } from '../auth/viewer.ts'
import { inTransaction, type Queryable } from '../database/database.ts'
import { findByExternalIds } from '../records/find-by-external-ids.ts'
import { cleanInput } from '../records/text-rules.ts'
import { type InputProblem, InvalidInputError } from '../user-errors.ts'
import { announceContacts } from './announce-contacts.ts'
import type { ContactContext } from './contact-context.ts'
import { checkHandle, findPhoneRegion, type HandleInput } from './contact-handles.ts'
import { lockContacts } from './contact-lock.ts'
import type { ContactInput } from './contact-values.ts'
import { changeContact, insertContact } from './save-contact.ts'

/** What a shared contact is found by. Exactly one is given. */
export interface UpsertKey {
  readonly handle?: HandleInput | null
  readonly externalId?: string | null
}

export interface UpsertInput extends ContactInput {
  /** Handles to add. Others stay. */
  readonly handles?: readonly HandleInput[] | null
}

export interface Upserted {
  readonly id: string
  readonly isCreated: boolean
}

/**
 * Changes the shared contact with this key like `updateContact`, or creates it with the key like `createContact` (B63).
 * Two calls at the same time create one contact. Throws InvalidInputError, HandleTakenError, and HubSpotOwnedFieldError
 * (B42); nothing is written then.
 */
export async function upsertContact(
  context: ContactContext,
  viewer: Viewer,
  by: UpsertKey,
  given: UpsertInput,
): Promise<Upserted> {
  const { workspaceId } = viewer
  const { isChanged, ...upserted } = await inTransaction(context.database.pool, async (client) => {
    await lockContacts(client, workspaceId)
    const key = await checkKey(client, workspaceId, by, given)
    const id =
      'handle' in key ? await ofHandle(client, workspaceId, key.handle) : await ofExternalId(client, viewer, key)
    if (id !== null) return { id, isCreated: false, isChanged: await changeContact(client, viewer, id, given) }
    const created =
      'handle' in key
        ? await insertContact(client, viewer, given, [key.handle])
        : await insertContact(client, viewer, { ...given, externalId: key.externalId })
    return { id: created, isCreated: true, isChanged: true }
  })
  if (isChanged) await announceContacts(context, workspaceId, [upserted.id])
  return upserted
}

type CheckedKey = { readonly handle: HandleInput } | { readonly externalId: string }

async function checkKey(
  client: Queryable,
  workspaceId: string,
  { handle, externalId }: UpsertKey,
  given: UpsertInput,
): Promise<CheckedKey> {
  const problems: InputProblem[] = []
  if (handle != null) {
    const region = await findPhoneRegion(client, workspaceId)
    const normal = checkHandle(handle, region, ['by', 'handle'], problems)
    if (normal !== null) return { handle: normal }
    throw new InvalidInputError(problems)
  }
  const path = ['by', 'externalId']
  const id = cleanInput(externalId ?? '', path, problems, 100)
  if (id === '' && problems.length === 0) problems.push({ path, message: 'An externalId must not be empty.' })
  if (given.externalId !== undefined) {
    problems.push({
      path: ['externalId'],
      message: 'The contact is found by externalId, so it cannot be changed. Use updateContact.',
    })
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  return { externalId: id }
}

async function ofHandle(client: Queryable, workspaceId: string, { source, value }: HandleInput) {
  const { rows } = await client.query<{ contact_id: string }>(
    `SELECT contact_id FROM contact_handle
     WHERE workspace_id = $1 AND source = $2 AND value = $3 AND NOT is_private`,
    [workspaceId, source, value],
  )
  return rows[0]?.contact_id ?? null
}

/** An id that HubSpot merged into another one leads to that one's contact, as it does when contacts are read (B59). */
async function ofExternalId(client: Queryable, { workspaceId }: Viewer, { externalId }: { externalId: string }) {
  const where = { workspaceId, objectType: 'CONTACT' } as const
  const [found] = await findByExternalIds({ pool: client }, where, [externalId], async (externalIds) => {
    const { rows } = await client.query<{ id: string; externalId: string }>(
      'SELECT id, external_id AS "externalId" FROM contact WHERE workspace_id = $1 AND external_id = ANY ($2)',
      [workspaceId, externalIds],
    )
    return rows
  })
  return found?.id ?? null
}
