import type { ExecutionArgs, ExecutionResult } from 'graphql'
import { getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { ApiMetrics, OperationKind, Outcome } from '../metrics/api-metrics.ts'

/** Counts and times operations of every transport. */
export function useMetrics(metrics: ApiMetrics): Plugin {
  return {
    onExecute: ({ args }) => {
      const startedAt = performance.now()
      return {
        onExecuteDone: ({ result }) => {
          if (Symbol.asyncIterator in result) return
          metrics.operationEnded(kindOf(args), outcomeOf(result), (performance.now() - startedAt) / 1_000)
        },
      }
    },
    onSubscribe: () => {
      const startedAt = performance.now()
      return {
        onSubscribeResult: ({ result }) => {
          const isStream = Symbol.asyncIterator in result
          const outcome = isStream ? 'ok' : outcomeOf(result as ExecutionResult)
          metrics.operationEnded('subscription', outcome, (performance.now() - startedAt) / 1_000)
          if (!isStream) return undefined
          metrics.subscriptionOpened()
          return { onEnd: () => metrics.subscriptionEnded() }
        },
      }
    },
  }
}

function kindOf({ document, operationName }: ExecutionArgs): OperationKind {
  return getOperationAST(document, operationName)?.operation ?? 'query'
}

function outcomeOf({ errors = [] }: ExecutionResult): Outcome {
  if (errors.length === 0) return 'ok'
  return errors.some(({ extensions }) => extensions?.code === 'INTERNAL') ? 'failed' : 'refused'
}
