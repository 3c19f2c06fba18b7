import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { GraphQLContext } from '../context.ts'

/** The part of a Prisma query that loads what is selected beneath the nodes of a connection. */
export function connectionQuery(context: GraphQLContext, info: GraphQLResolveInfo, typeName: string) {
  return queryFromInfo({ context, info, typeName, paths: [['edges', 'node'], ['nodes']] })
}
