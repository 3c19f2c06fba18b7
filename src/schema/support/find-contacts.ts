import type { GraphQLResolveInfo } from 'graphql'
import { type ContactKeys, readContacts } from '../../contacts/read-contacts.ts'
import type { Contact } from '../../generated/prisma/client.ts'
import type { GraphQLContext } from '../context.ts'
import { withoutUnasked } from './optional-columns.ts'
import { contactParts } from './record-parts.ts'
import { visibleContacts } from './visible-contacts.ts'

/**
 * Finds the visible contacts with these keys. The order is undefined. `query` comes from Prisma's plugin and describes the
 * selection. One statement reads all of it if possible; otherwise Prisma does.
 */
export async function findContacts(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  query: object,
  keys: ContactKeys,
): Promise<Contact[]> {
  if (keys.by !== 'handle' && keys.values.length === 0) return []
  const { database, viewer, plainReads = false } = context
  const parts = plainReads ? null : contactParts(query, info)
  // Columns that are missing from the row are not read by any field of the API.
  if (parts !== null) return (await readContacts(database.pool, viewer, keys, parts)) as Contact[]
  return database.prisma.contact.findMany({
    ...query,
    ...withoutUnasked(info, 'Contact'),
    where: { ...visibleContacts(viewer), ...(await whereOf(context, keys)) },
  })
}

async function whereOf({ database, viewer: { workspaceId } }: GraphQLContext, keys: ContactKeys) {
  if (keys.by !== 'handle') return { [keys.by]: { in: [...keys.values] } }
  // A condition on the relation would make Prisma join all handles of the workspace.
  const { source, value } = keys
  const held = await database.prisma.contactHandle.findMany({
    where: { workspaceId, source, value, isPrivate: false },
    select: { contactId: true },
  })
  return { id: { in: held.map(({ contactId }) => contactId) } }
}
