import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { GraphQLContext } from '../context.ts'
import { withoutUnasked } from './optional-columns.ts'

/**
 * The part of a Prisma query that loads the selected fields of a connection's nodes, without long columns that are not
 * selected.
 */
export function connectionQuery(context: GraphQLContext, info: GraphQLResolveInfo, typeName: string) {
  const query = queryFromInfo({ context, info, typeName, paths: [['edges', 'node'], ['nodes']] })
  return { ...query, ...withoutUnasked(info, typeName) }
}
