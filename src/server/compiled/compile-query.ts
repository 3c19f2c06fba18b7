import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  type GraphQLSchema,
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql'
import { unmeteredResolver } from '../../schema/answer-size-plugin.ts'
import type { GraphQLContext } from '../../schema/context.ts'
import { callsHubSpot } from '../../schema/support/call-cost.ts'
import { jsonBytes } from '../../schema/support/json-bytes.ts'
import { aheadOf } from '../../schema/support/read-once.ts'
import { selectedFields } from './selected-fields.ts'

export interface QuerySource {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  /** As the query declares them. */
  readonly variables: Readonly<Record<string, unknown>>
}

/** What the fields of one execution share. */
export interface Execution {
  readonly context: GraphQLContext
  readonly rootValue: unknown
  readonly variables: Readonly<Record<string, unknown>>
  /** Arguments and resolve info, by the number of the field. Rows of a list share them. */
  readonly calls: FieldCall[]
  /** Counts bytes of the answer. Throws once it is too large. */
  add(bytes: number): void
  /** Completes a part of the answer later. */
  await(value: PromiseLike<unknown>, complete: (value: unknown) => void): void
}

export interface FieldCall {
  readonly args: Readonly<Record<string, unknown>>
  readonly info: GraphQLResolveInfo
}

/** Turns what a resolver returned into its part of the answer. Throws if that is not possible. */
type Complete = (value: unknown, execution: Execution) => unknown

/** Executes the whole query. Returns its data, of which parts may still be completed later. Throws if a resolver does. */
export type Executable = (execution: Execution) => Record<string, unknown>

type ReadAhead = (context: GraphQLContext) => unknown

/** Thrown at a query that only the interpreter can execute. */
export class NotCompilable extends Error {
  override name = 'NotCompilable'
}

const noArguments = Object.freeze({})

/**
 * Compiles a valid query into nested functions, one per field, so that nothing about the document is decided again for each
 * row. Resolvers are those of the schema. Throws {@link NotCompilable}.
 */
export function compileQuery(source: QuerySource): Executable {
  const { schema, operation, fragments } = source
  let count = 0
  const readsAhead = new Set<ReadAhead>()

  const compileObject = (
    type: GraphQLObjectType,
    nodes: readonly (FieldNode | OperationDefinitionNode)[],
    path: GraphQLResolveInfo['path'] | undefined,
  ): Complete => {
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    const fields = [...selectedFields(source, type, sets)].map(([key, same]) => ({
      key,
      execute: compileField(type, key, same, path),
    }))
    if (type.isTypeOf != null) throw new NotCompilable()
    // The brackets, and each name in quotes with a colon and a comma.
    const bytes = fields.reduce((sum, { key }) => sum + key.length + 4, 2)
    return (value, execution) => {
      execution.add(bytes)
      const result: Record<string, unknown> = {}
      for (const { execute } of fields) execute(value, result, execution)
      return result
    }
  }

  const compileField = (
    parentType: GraphQLObjectType,
    key: string,
    fieldNodes: FieldNode[],
    above: GraphQLResolveInfo['path'] | undefined,
  ) => {
    const [node] = fieldNodes as [FieldNode]
    const fieldName = node.name.value
    // Assigning this key would set the prototype of the result.
    if (key === '__proto__') throw new NotCompilable()
    if (fieldName === '__typename') {
      const bytes = jsonBytes(parentType.name)
      return (_parent: unknown, result: Record<string, unknown>, execution: Execution) => {
        execution.add(bytes)
        result[key] = parentType.name
      }
    }
    const field = parentType.getFields()[fieldName]
    if (field === undefined || callsHubSpot(field)) throw new NotCompilable()
    const ahead = aheadOf(field)
    if (ahead !== null) readsAhead.add(ahead)
    const path = { prev: above, key, typename: parentType.name }
    const complete = compileValue(field.type, fieldNodes, path)
    const number = count++
    const callOf = (execution: Execution): FieldCall => {
      const known = execution.calls[number]
      if (known !== undefined) return known
      const { variables, rootValue } = execution
      const call: FieldCall = {
        args: field.args.length === 0 ? noArguments : getArgumentValues(field, node, variables),
        info: {
          fieldName,
          fieldNodes,
          returnType: field.type,
          parentType,
          path,
          schema,
          fragments,
          rootValue,
          operation,
          variableValues: variables as Record<string, unknown>,
        },
      }
      execution.calls[number] = call
      return call
    }
    const resolve = resolverOf(field)
    return (parent: unknown, result: Record<string, unknown>, execution: Execution) => {
      let value: unknown
      if (resolve === null) value = propertyOf(parent, fieldName)
      else {
        const { args, info } = callOf(execution)
        value = resolve(parent, args, execution.context, info)
      }
      if (!isPromise(value)) {
        result[key] = complete(value, execution)
        return
      }
      // Keeps the place of the key.
      result[key] = undefined
      execution.await(value, (settled) => {
        result[key] = complete(settled, execution)
      })
    }
  }

  const compileValue = (type: GraphQLOutputType, nodes: FieldNode[], path: GraphQLResolveInfo['path']): Complete => {
    if (isNonNullType(type)) {
      const complete = compilePresent(type.ofType, nodes, path)
      return (value, execution) => {
        if (value == null) throw new NotCompilable()
        return complete(value, execution)
      }
    }
    const complete = compilePresent(type, nodes, path)
    return (value, execution) => {
      if (value != null) return complete(value, execution)
      execution.add(4)
      return null
    }
  }

  const compilePresent = (type: GraphQLOutputType, nodes: FieldNode[], path: GraphQLResolveInfo['path']): Complete => {
    if (isLeafType(type)) return compileLeaf(type)
    if (isObjectType(type)) return compileObject(type, nodes, path)
    if (!isListType(type)) throw new NotCompilable()
    const complete = compileValue(type.ofType, nodes, path)
    return (value, execution) => {
      if (!Array.isArray(value)) throw new NotCompilable()
      execution.add(2 + value.length)
      const items = new Array(value.length)
      for (let at = 0; at < value.length; at++) {
        const item = value[at]
        if (isPromise(item)) {
          execution.await(item, (settled) => {
            items[at] = complete(settled, execution)
          })
        } else items[at] = complete(item, execution)
      }
      return items
    }
  }

  const root = schema.getQueryType()
  if (root == null) throw new NotCompilable()
  const executeRoot = compileObject(root, [operation], undefined)
  return (execution) => {
    // A field that needs what fails to be read fails itself.
    for (const read of readsAhead) Promise.resolve(read(execution.context)).catch(() => {})
    return executeRoot(execution.rootValue, execution) as Record<string, unknown>
  }
}

function compileLeaf(type: GraphQLScalarType | GraphQLEnumType): Complete {
  return (value, execution) => {
    const serialized: unknown = type.serialize(value)
    if (serialized == null) throw new NotCompilable()
    execution.add(jsonBytes(serialized))
    return serialized
  }
}

/** Null if the field is a property of its parent. */
function resolverOf(field: GraphQLField<unknown, unknown>): GraphQLFieldResolver<unknown, unknown> | null {
  const resolve = unmeteredResolver(field)
  return resolve === defaultFieldResolver ? null : resolve
}

function propertyOf(parent: unknown, name: string): unknown {
  const value = (parent as Record<string, unknown>)[name]
  // The interpreter calls it.
  if (typeof value === 'function') throw new NotCompilable()
  return value
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}
