import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { Account, Contact } from '../../generated/prisma/client.ts'
import { findByExternalIds } from '../../records/find-by-external-ids.ts'
import type { GraphQLContext } from '../context.ts'
import { batchReads, together } from './ask-together.ts'
import { findAccounts } from './find-accounts.ts'
import { findContacts } from './find-contacts.ts'

/**
 * The contact that is linked to a HubSpot contact now, with its selected fields, or the contact that it was merged into
 * (B59, B62). Null if there is none. Reads the contacts of a whole page together.
 */
export function findLinkedContact(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  hubspotId: bigint,
): Promise<Contact | null> {
  const query = queryFromInfo({ context, info, typeName: 'Contact' })
  return findLinked(context, info, 'CONTACT', hubspotId, (values) =>
    findContacts(context, info, query, { by: 'externalId', values }),
  )
}

/** Like {@link findLinkedContact}, for a HubSpot company. */
export function findLinkedAccount(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  hubspotId: bigint,
): Promise<Account | null> {
  const query = queryFromInfo({ context, info, typeName: 'Account' })
  return findLinked(context, info, 'ACCOUNT', hubspotId, (values) =>
    findAccounts(context, info, query, { by: 'externalId', values }),
  )
}

function findLinked<Row extends { readonly externalId: string | null }>(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  objectType: 'CONTACT' | 'ACCOUNT',
  hubspotId: bigint,
  find: (externalIds: string[]) => Promise<Row[]>,
): Promise<Row | null> {
  const ask = together(context, info, objectType, () =>
    batchReads<string, Row | null>(async (asked) => {
      const ids = [...new Set(asked)]
      const where = { workspaceId: context.viewer.workspaceId, objectType }
      const rows = await findByExternalIds(context.database, where, ids, find)
      const byId = new Map(ids.map((id, index) => [id, rows[index] ?? null]))
      return (id) => byId.get(id) ?? null
    }),
  )
  return ask(String(hubspotId))
}
