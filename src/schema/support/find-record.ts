import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { Account, Contact } from '../../generated/prisma/client.ts'
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
  if (objectType === 'CONTACT') {
    const contact = await findContact(context, info, id)
    return contact && { ...contact, __typename: 'Contact' }
  }
  const account = await findAccount(context, info, id)
  return account && { ...account, __typename: 'Account' }
}

// By id alone, because Prisma batches only such look-ups into one statement.

/** Returns a contact with its selected fields. Null if the viewer cannot see it. */
export async function findContact(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  id: string | null,
): Promise<Contact | null> {
  if (id === null) return null
  const query = queryFromInfo({ context, info, typeName: 'Contact' })
  const contact = await context.database.prisma.contact.findUnique({ ...query, where: { id } })
  return contact !== null && isVisible(context.viewer, contact) ? contact : null
}

/** Returns an account with its selected fields. Null if the workspace has no such account. */
export async function findAccount(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  id: string | null,
): Promise<Account | null> {
  if (id === null) return null
  const query = queryFromInfo({ context, info, typeName: 'Account' })
  const account = await context.database.prisma.account.findUnique({ ...query, where: { id } })
  return account?.workspaceId === context.viewer.workspaceId ? account : null
}
