import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { isResultTooLarge } from '../../database/result-bound.ts'
import type { GraphQLContext } from '../../schema/context.ts'
import { readOnce } from '../../schema/support/read-once.ts'
import { compileQuery, type Executable, type Execution, NotCompilable } from './compile-query.ts'

/** TOO_LARGE: the answer would have more bytes than allowed. NOT_COMPILED: the interpreter has to execute the operation. */
export type CompiledResult = ExecutionResult | 'TOO_LARGE' | 'NOT_COMPILED'

/**
 * Executes a query whose document was executed before, compiled. The interpreter has to execute all other operations, and also
 * a query of which anything failed, so that errors have one form. That executes the query twice, so queries that call HubSpot
 * are never compiled.
 */
export async function executeCompiled(args: ExecutionArgs, maximumBytes: number): Promise<CompiledResult> {
  const query = queryOf(args)
  const { variableDefinitions = [] } = query?.operation ?? {}
  if (query === null) return 'NOT_COMPILED'
  const { coerced } = getVariableValues(args.schema, variableDefinitions, args.variableValues ?? {})
  const execute = coerced && executableOf(query, args.schema, coerced)
  if (coerced === undefined || execute == null) return 'NOT_COMPILED'
  try {
    return { data: await run(execute, { args, variables: coerced, maximumBytes }) }
  } catch (error) {
    return error instanceof AnswerTooLarge || isResultTooLarge(error) ? 'TOO_LARGE' : 'NOT_COMPILED'
  }
}

class AnswerTooLarge extends Error {
  override name = 'AnswerTooLarge'
}

interface Query {
  readonly operation: OperationDefinitionNode
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  /** Variables that decide which fields are selected. */
  readonly conditions: readonly string[]
  /** By the values of the conditions. Null for what cannot be compiled. */
  readonly compiled: LRUCache<string, { readonly execute: Executable | null }>
}

const maxCombinations = 16
const queries = new WeakMap<DocumentNode, Map<string, Query | null>>()

/** Null if it is not a query, or if the document is executed for the first time. */
function queryOf({ document, operationName }: ExecutionArgs): Query | null {
  const name = operationName ?? ''
  const ofDocument = queries.get(document) ?? new Map<string, Query | null>()
  queries.set(document, ofDocument)
  const known = ofDocument.get(name)
  if (known !== undefined) return known
  const operation = getOperationAST(document, operationName)
  // Names of operations that do not exist are not remembered.
  if (operation == null) return null
  ofDocument.set(name, operation.operation === OperationTypeNode.QUERY ? prepare(document, operation) : null)
  return null
}

function prepare(document: DocumentNode, operation: OperationDefinitionNode): Query {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const part of document.definitions) if (part.kind === Kind.FRAGMENT_DEFINITION) fragments[part.name.value] = part
  const conditions = new Set<string>()
  visit(document, {
    Directive: ({ arguments: given = [] }) => {
      for (const { value } of given) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value)
    },
  })
  return { operation, fragments, conditions: [...conditions], compiled: new LRUCache({ max: maxCombinations }) }
}

function executableOf(
  { operation, fragments, conditions, compiled }: Query,
  schema: GraphQLSchema,
  variables: Readonly<Record<string, unknown>>,
): Executable | null {
  const key = JSON.stringify(conditions.map((name) => variables[name] ?? null))
  const known = compiled.get(key)
  if (known !== undefined) return known.execute
  let execute: Executable | null = null
  try {
    execute = compileQuery({ schema, operation, fragments, variables })
  } catch (error) {
    if (!(error instanceof NotCompilable)) throw error
  }
  compiled.set(key, { execute })
  return execute
}

interface Run {
  readonly args: ExecutionArgs
  readonly variables: Readonly<Record<string, unknown>>
  readonly maximumBytes: number
}

/** Rejects if any field fails, or if the answer is too large. */
function run(execute: Executable, { args, variables, maximumBytes }: Run): Promise<Record<string, unknown>> {
  const context = args.contextValue as GraphQLContext
  return new Promise((resolve, reject) => {
    let bytes = 0
    // The execution itself, and every part that is completed later.
    let unfinished = 1
    let hasFailed = false
    const fail = (error: unknown) => {
      hasFailed = true
      reject(error)
    }
    const finish = () => {
      unfinished -= 1
      if (unfinished === 0) resolve(data)
    }
    const execution: Execution = {
      context: { ...context, reads: readOnce(context.reads) },
      rootValue: args.rootValue,
      variables,
      calls: [],
      add: (more) => {
        bytes += more
        if (bytes > maximumBytes) throw new AnswerTooLarge()
      },
      await: (value, complete) => {
        unfinished += 1
        value.then((settled) => {
          if (hasFailed) return
          try {
            complete(settled)
            finish()
          } catch (error) {
            fail(error)
          }
        }, fail)
      },
    }
    const data = execute(execution)
    finish()
  })
}
