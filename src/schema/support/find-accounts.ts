import type { GraphQLResolveInfo } from 'graphql'
import { type AccountKeys, readAccounts } from '../../accounts/read-accounts.ts'
import type { Account } from '../../generated/prisma/client.ts'
import type { GraphQLContext } from '../context.ts'
import { withoutUnasked } from './optional-columns.ts'
import { accountParts } from './record-parts.ts'

/**
 * Finds the accounts with these keys. The order is undefined. `query` comes from Prisma's plugin and describes the selection.
 * One statement reads all of it if possible; otherwise Prisma does.
 */
export async function findAccounts(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  query: object,
  keys: AccountKeys,
): Promise<Account[]> {
  if (keys.values.length === 0) return []
  const {
    database,
    viewer: { workspaceId },
    plainReads = false,
  } = context
  const parts = plainReads ? null : accountParts(query, info)
  // Columns that are missing from the row are not read by any field of the API.
  if (parts !== null) return (await readAccounts(database.pool, workspaceId, keys, parts)) as Account[]
  const values = { in: [...keys.values] }
  const where = keys.by === 'domain' ? { domains: { some: { workspaceId, domain: values } } } : { [keys.by]: values }
  return database.prisma.account.findMany({
    ...query,
    ...withoutUnasked(info, 'Account'),
    where: { workspaceId, ...where },
  })
}
