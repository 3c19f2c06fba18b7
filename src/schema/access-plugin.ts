import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql'
import { requireAccess } from '../auth/permissions.ts'
import type { GraphQLContext } from './context.ts'
import { accessProblems, isRootType, ruleOf } from './support/access.ts'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      access: AccessPlugin<Types>
    }
  }
}

/** Applies `access-rules.ts` to every resolver, so that resolvers need no checks of their own. */
export class AccessPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ) {
    return guarded(resolve, field)
  }

  override wrapSubscribe(
    subscribe: GraphQLFieldResolver<unknown, Types['Context'], object> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ) {
    return subscribe && guarded(subscribe, field)
  }

  override afterBuild(schema: GraphQLSchema): GraphQLSchema {
    const problems = accessProblems(schema)
    if (problems.length > 0) throw new Error(problems.join('\n'))
    return schema
  }
}

function guarded<Types extends SchemaTypes>(
  resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
  { parentType, name }: Pick<PothosOutputFieldConfig<Types>, 'parentType' | 'name'>,
): GraphQLFieldResolver<unknown, Types['Context'], object> {
  const rule = ruleOf(parentType, name)
  // `afterBuild` reports missing rules once the schema is complete.
  if (rule === undefined) return refuse
  // Only members get past a field of Query.
  if (rule === 'member' && !isRootType(parentType)) return resolve
  const memberScope = parentType === 'Mutation' ? 'WRITE' : 'READ'
  return (parent, args, context, info) => {
    requireAccess(rule, (context as GraphQLContext).viewer, memberScope)
    return resolve(parent, args, context, info)
  }
}

function refuse(): never {
  throw new Error('The field has no access rule.')
}

SchemaBuilder.registerPlugin('access', AccessPlugin)
