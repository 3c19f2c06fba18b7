import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { ObjectType } from '../../generated/prisma/enums.ts'
import type { GraphQLContext } from '../context.ts'
import { isVisible } from './visible-contacts.ts'

/** Returns a contact or an account as a `SyncedRecord`, with its selected fields. Null if the viewer cannot see it. */
export async function findRecord(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  objectType: ObjectType,
  id: string | null,
) {
  const { database, viewer } = context
  const { prisma } = database
  if (id === null) return null
  // By id alone, because Prisma batches only such look-ups into one statement.
  if (objectType === 'CONTACT') {
    const query = queryFromInfo({ context, info, typeName: 'Contact' })
    const contact = await prisma.contact.findUnique({ ...query, where: { id } })
    return contact !== null && isVisible(viewer, contact) ? { ...contact, __typename: 'Contact' } : null
  }
  const query = queryFromInfo({ context, info, typeName: 'Account' })
  const account = await prisma.account.findUnique({ ...query, where: { id } })
  return account?.workspaceId === viewer.workspaceId ? { ...account, __typename: 'Account' } : null
}
