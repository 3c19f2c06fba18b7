import SchemaBuilder, {
  BasePlugin,
  isThenable,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  unwrapOutputFieldType,
} from '@pothos/core'
import { defaultFieldResolver, type GraphQLField, type GraphQLFieldResolver } from 'graphql'
import { isResultTooLarge } from '../database/result-bound.ts'
import type { GraphQLContext } from './context.ts'
import { answerIsOver } from './support/answer-meter.ts'
import { jsonBytes } from './support/json-bytes.ts'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      answerSize: AnswerSizePlugin<Types>
    }
  }
}

const unmetered = new WeakMap<GraphQLFieldResolver<never, never, never>, GraphQLFieldResolver<never, never, never>>()

/**
 * The resolver of a field, without counting what it adds to the answer. Whoever calls it must count that. It rejects if a page
 * that it reads is too large.
 */
export function unmeteredResolver({ resolve }: GraphQLField<unknown, unknown>): GraphQLFieldResolver<unknown, unknown> {
  if (resolve === undefined) return defaultFieldResolver
  return (unmetered.get(resolve) ?? resolve) as GraphQLFieldResolver<unknown, unknown>
}

/** Counts what each resolver adds to the answer, and stops resolving once the answer is too large. */
export class AnswerSizePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { type, parentType }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const { graphqlKind: kind, name } = this.buildCache.getTypeConfig(unwrapOutputFieldType(type))
    const bytesOf = kind === 'Scalar' || kind === 'Enum' ? jsonBytes : bytesOfBrackets
    const isPage = parentType === 'Query' && (type.kind === 'List' || name.endsWith('Connection'))
    const read: typeof resolve = !isPage
      ? resolve
      : (parent, args, context, info) =>
          (context as GraphQLContext).answer.inTurn(async () => resolve(parent, args, context, info))
    const metered: typeof resolve = (parent, args, context, info) => {
      const { answer } = context as GraphQLContext
      if (answer.isOver) return refused()
      const count = (value: unknown) => {
        // The name in quotes, a colon, and a comma.
        answer.add(String(info.path.key).length + 4 + bytesOf(value), info.path)
        return answer.isOver ? refused() : value
      }
      const value = read(parent, args, context, info)
      if (!isThenable(value)) return count(value)
      return value.then(count, (error) => {
        if (!isResultTooLarge(error)) throw error
        answer.exceed(info.path)
        throw answerIsOver
      })
    }
    unmetered.set(metered, read)
    return metered
  }
}

/**
 * Rejects instead of throwing. If an item of a list throws, GraphQL drops the promises of earlier items, and one of them
 * that is rejected later ends the process.
 */
function refused(): Promise<never> {
  return Promise.reject(answerIsOver)
}

/** The bytes of an object or a list of objects without its fields, which are counted when they are resolved. */
function bytesOfBrackets(value: unknown): number {
  return Array.isArray(value) ? 2 + 3 * value.length : 2
}

SchemaBuilder.registerPlugin('answerSize', AnswerSizePlugin)
