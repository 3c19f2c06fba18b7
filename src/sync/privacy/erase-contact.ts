import { requireAdmin } from '../../auth/permissions.ts'
import type { Viewer } from '../../auth/viewer.ts'
import { announceContacts } from '../../contacts/announce-contacts.ts'
import { inTransaction } from '../../database/database.ts'
import { InvalidInputError, NotFoundError } from '../../user-errors.ts'
import type { SyncContext } from '../sync-context.ts'
import { type ErasedPerson, erasePerson } from './erase-person.ts'

/** Exactly one of the two is set. */
export interface ContactToErase {
  readonly contactId?: string | null
  readonly externalId?: string | null
}

/**
 * Erases a person on behalf of an admin (B61), since polling cannot tell a privacy deletion from any other. The id of a
 * HubSpot contact that the store does not have is also accepted; that contact then never enters. Throws ForbiddenError;
 * NotFoundError for a contact that does not exist or never followed HubSpot; InvalidInputError for a text that is not a
 * HubSpot id.
 */
export async function eraseContact(
  context: Pick<SyncContext, 'database' | 'announcements' | 'now' | 'log'>,
  viewer: Viewer,
  { contactId, externalId }: ContactToErase,
): Promise<ErasedPerson> {
  requireAdmin(viewer)
  const { workspaceId } = viewer
  const hubspotId =
    externalId == null ? await hubspotIdOf(context, workspaceId, contactId ?? '') : parseExternalId(externalId)
  const person = await inTransaction(context.database.pool, (client) =>
    erasePerson(client, workspaceId, hubspotId, context.now()),
  )
  await announceContacts(context, workspaceId, person.contactIds)
  return person
}

async function hubspotIdOf({ database }: Pick<SyncContext, 'database'>, workspaceId: string, contactId: string) {
  const link = await database.prisma.contactLink.findFirst({
    where: { workspaceId, contactId, contact: { privateOwnerId: null } },
  })
  if (link !== null) return link.hubspotId
  throw new NotFoundError('There is no synced contact with this id. Use deleteContact for a local contact.')
}

function parseExternalId(externalId: string): bigint {
  if (/^\d{1,18}$/.test(externalId)) return BigInt(externalId)
  const message = `"${externalId}" is not the id of a HubSpot contact.`
  throw new InvalidInputError([{ path: ['by', 'externalId'], message }])
}
