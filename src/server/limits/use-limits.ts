import { type ExecutionArgs, getOperationAST, Kind, parse } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { executeWithin } from './execute-within.ts'
import { measureOperation } from './measure-operation.ts'
import { nestingProblem, requireShallowDocument } from './nesting.ts'
import { costExtension, type OperationLimits, refusalOf } from './operation-limits.ts'

/**
 * Refuses an operation beyond the limits before anything of it is done, gives up an answer that grows too large, and says in each
 * answer what its operation cost.
 */
export function useLimits(limits: OperationLimits): Plugin {
  return {
    onParse: ({ setParseFn }) => {
      setParseFn((source, options) => {
        requireShallowDocument(source, limits)
        return parse(source, { ...options, maxTokens: limits.tokens })
      })
    },
    onExecute: ({ args, executeFn, setExecuteFn, setResultAndStopExecution }) => {
      const measure = measureOf(args)
      const refusal = refusalOf(measure, limits) ?? nestingProblem(args.variableValues, limits)
      if (refusal !== null) {
        setResultAndStopExecution({ errors: [refusal] })
        return undefined
      }
      setExecuteFn((given) => executeWithin(limits, executeFn, given))
      return {
        onExecuteDone: ({ result, setResult }) => {
          if (Symbol.asyncIterator in result) return
          setResult({ ...result, extensions: { ...result.extensions, cost: costExtension(measure, limits) } })
        },
      }
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const refusal = refusalOf(measureOf(args), limits) ?? nestingProblem(args.variableValues, limits)
      if (refusal !== null) setResultAndStopExecution({ errors: [refusal] })
    },
  }
}

function measureOf({ schema, document, operationName, variableValues }: ExecutionArgs) {
  const definition = getOperationAST(document, operationName)
  // An operation that is not there is refused by whoever executes it.
  if (definition == null) return { cost: 0, depth: 0, aliases: 0 }
  const fragments = Object.fromEntries(
    document.definitions.flatMap((part) => (part.kind === Kind.FRAGMENT_DEFINITION ? [[part.name.value, part]] : [])),
  )
  return measureOperation(schema, { definition, fragments, variables: variableValues ?? {} })
}
