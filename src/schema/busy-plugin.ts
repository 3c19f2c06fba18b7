import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { orBusy } from '../database/or-busy.ts'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      busy: BusyPlugin<Types>
    }
  }
}

/**
 * Makes every mutation fail with BusyError if it cannot get a lock or a connection, so that resolvers need not handle this.
 */
export class BusyPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { parentType }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (parentType !== 'Mutation') return resolve
    return async (parent, args, context, info) => {
      try {
        return await resolve(parent, args, context, info)
      } catch (error) {
        throw orBusy(error)
      }
    }
  }
}

SchemaBuilder.registerPlugin('busy', BusyPlugin)
