import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { recordAct } from '../audit/record-act.ts'
import { auditRules } from './audit-rules.ts'
import type { GraphQLContext } from './context.ts'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      audit: AuditPlugin<Types>
    }
  }
}

/** Puts mutations in the audit log, as `audit-rules.ts` declares, so that resolvers need not. */
export class AuditPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { parentType, name }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const rule = parentType === 'Mutation' ? auditRules[name] : undefined
    if (rule === undefined || typeof rule === 'string') return resolve
    const { action, before, after } = rule
    return (parent, args, anyContext, info) => {
      const context = anyContext as GraphQLContext
      const { database, sync, viewer } = context
      const startedAt = new Date()
      const act = { workspaceId: viewer.workspaceId, action, viewer, ...before?.(args, context) }
      const work = async () => resolve(parent, args, context, info)
      return recordAct({ database, log: sync.log }, act, work, async (result) =>
        after === undefined ? {} : after(result as never, context, startedAt),
      )
    }
  }
}

SchemaBuilder.registerPlugin('audit', AuditPlugin)
