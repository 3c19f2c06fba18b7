import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { GraphQLContext } from '../context.ts'
import { isVisible } from './visible-contacts.ts'

/** A contact or an account as a `SyncedRecord`; null where the viewer sees none by that id. */
export async function findRecord(
  { database: { prisma }, viewer }: Pick<GraphQLContext, 'database' | 'viewer'>,
  objectType: ObjectType,
  id: string | null,
) {
  if (id === null) return null
  // By id alone, since only such look-ups of one page are made in one statement.
  if (objectType === 'CONTACT') {
    const contact = await prisma.contact.findUnique({ where: { id } })
    return contact !== null && isVisible(viewer, contact) ? { ...contact, __typename: 'Contact' } : null
  }
  const account = await prisma.account.findUnique({ where: { id } })
  return account?.workspaceId === viewer.workspaceId ? { ...account, __typename: 'Account' } : null
}
