import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  unwrapInputFieldType,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { InvalidInputError } from '../user-errors.ts'
import { filterProblems, isFilter } from './support/filter-problems.ts'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      filters: FilterPlugin<Types>
    }
  }
}

/** Rejects filters that would match everything by mistake, for every argument that is a filter. */
export class FilterPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ) {
    return this.#hasFilter(field) ? checked(resolve) : resolve
  }

  override wrapSubscribe(
    subscribe: GraphQLFieldResolver<unknown, Types['Context'], object> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ) {
    return subscribe && this.#hasFilter(field) ? checked(subscribe) : subscribe
  }

  #hasFilter({ args }: PothosOutputFieldConfig<Types>): boolean {
    return Object.values(args).some(({ type }) =>
      this.buildCache.getTypeConfig(unwrapInputFieldType(type)).name.endsWith('Filter'),
    )
  }
}

function checked<Context extends object>(
  resolve: GraphQLFieldResolver<unknown, Context, object>,
): GraphQLFieldResolver<unknown, Context, object> {
  return (parent, args, context, info) => {
    const [node] = info.fieldNodes
    const problems = (info.parentType.getFields()[info.fieldName]?.args ?? []).filter(isFilter).flatMap((argument) =>
      filterProblems(argument, {
        value: (args as Readonly<Record<string, unknown>>)[argument.name],
        node: node?.arguments?.find(({ name }) => name.value === argument.name)?.value,
        variables: info.variableValues,
      }),
    )
    if (problems.length > 0) throw new InvalidInputError(problems)
    return resolve(parent, args, context, info)
  }
}

SchemaBuilder.registerPlugin('filters', FilterPlugin)
