import { type ExecutionArgs, type ExecutionResult, getOperationAST, Kind, parse } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { OperationContext } from '../operation-context.ts'
import { executeWithin } from './execute-within.ts'
import { measureOperation } from './measure-operation.ts'
import { nestingProblem, requireShallowDocument } from './nesting.ts'
import { type OperationLimits, refusalOf } from './operation-limits.ts'

/**
 * Rejects an operation that exceeds the limits before execution, stops the execution if the answer grows too large, and
 * stores the cost of every other operation in its context.
 */
export function useLimits(limits: OperationLimits): Plugin {
  const refuse = (args: ExecutionArgs, setResult: (result: ExecutionResult) => void): boolean => {
    const measure = measureOf(args)
    Object.assign(args.contextValue as OperationContext, { cost: measure.cost })
    const refusal = refusalOf(measure, limits) ?? nestingProblem(args.variableValues, limits)
    if (refusal !== null) setResult({ errors: [refusal] })
    return refusal !== null
  }

  return {
    onParse: ({ setParseFn }) => {
      setParseFn((source, options) => {
        requireShallowDocument(source, limits)
        return parse(source, { ...options, maxTokens: limits.tokens })
      })
    },
    onExecute: ({ args, executeFn, setExecuteFn, setResultAndStopExecution }) => {
      const isRefused = refuse(args, setResultAndStopExecution)
      if (!isRefused) setExecuteFn((given) => executeWithin(limits, executeFn, given))
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      refuse(args, setResultAndStopExecution)
    },
  }
}

function measureOf({ schema, document, operationName, variableValues }: ExecutionArgs) {
  const definition = getOperationAST(document, operationName)
  // The executor rejects an operation that does not exist.
  if (definition == null) return { cost: 0, depth: 0, aliases: 0 }
  const fragments = Object.fromEntries(
    document.definitions.flatMap((part) => (part.kind === Kind.FRAGMENT_DEFINITION ? [[part.name.value, part]] : [])),
  )
  return measureOperation(schema, { definition, fragments, variables: variableValues ?? {} })
}
