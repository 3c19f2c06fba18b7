import { brandWithType } from '@pothos/core'
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { GraphQLContext } from '../context.ts'
import { findContacts } from './find-contacts.ts'

/**
 * Loads the contacts with these ids, with their selected fields. The number of statements does not depend on the number of
 * ids.
 */
export async function loadContacts(
  ids: readonly string[],
  context: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<Map<string, object>> {
  if (ids.length === 0) return new Map()
  const query = queryFromInfo({ context, info, typeName: 'Contact' })
  const rows = await findContacts(context, info, query, { by: 'id', values: [...new Set(ids)] })
  for (const row of rows) brandWithType(row, 'Contact' as never)
  return new Map(rows.map((row) => [row.id, row]))
}
