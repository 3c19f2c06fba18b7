import type { ExecutionArgs, ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { OperationContext } from '../operation-context.ts'
import { costExtension, type OperationLimits } from './operation-limits.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { rateExtension, rateHeaders, rateRefusal } from './rate-refusal.ts'

/**
 * Takes the points that an operation costs before anything of it is done, and says in headers and in `extensions.cost` how
 * many remain. The transports have taken one point by then, see `requireRate`. A subscription costs once, when it starts, and
 * says so with its first event.
 */
export function useRateLimits(limiter: RateLimiter, limits: OperationLimits): Plugin {
  const refusalOf = ({ contextValue }: ExecutionArgs) => {
    const { session, cost = 0 } = contextValue as OperationContext
    if (session === undefined || cost <= 1) return null
    const standing = limiter.take(session, cost - 1)
    return standing === null ? null : rateRefusal(standing, cost)
  }

  const withStanding = (result: ExecutionResult, { contextValue }: ExecutionArgs): ExecutionResult => {
    const { session, cost = 0 } = contextValue as OperationContext
    if (session === undefined) return result
    const told = { ...costExtension({ cost }, limits), ...rateExtension(limiter.standings(session)) }
    return { ...result, extensions: { ...result.extensions, cost: told } }
  }

  return {
    onExecute: ({ args, setResultAndStopExecution }) => {
      const refusal = refusalOf(args)
      if (refusal !== null) {
        setResultAndStopExecution({ errors: [refusal] })
        return undefined
      }
      return {
        onExecuteDone: ({ result, setResult }) => {
          if (!(Symbol.asyncIterator in result)) setResult(withStanding(result, args))
        },
      }
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const refusal = refusalOf(args)
      if (refusal !== null) {
        setResultAndStopExecution({ errors: [refusal] })
        return undefined
      }
      return {
        onSubscribeResult: ({ result, setResult }) => {
          if (!(Symbol.asyncIterator in result)) return
          setResult(firstChanged(result as AsyncIterable<ExecutionResult>, (first) => withStanding(first, args)))
        },
      }
    },
    onResponse: ({ response, serverContext }) => {
      const { session } = serverContext as OperationContext
      if (session === undefined) return
      const headers = rateHeaders(limiter.limits, limiter.standings(session))
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    },
  }
}

/** Throws where the caller has no point left. Each request takes one before it is read, so that refusing it stays cheap. */
export function requireRate(limiter: RateLimiter, { session }: OperationContext): void {
  const standing = session === undefined ? null : limiter.take(session, 1)
  if (standing !== null) throw rateRefusal(standing, 1)
}

/** The same events, the first of them changed. */
function firstChanged(
  events: AsyncIterable<ExecutionResult>,
  change: (first: ExecutionResult) => ExecutionResult,
): AsyncIterableIterator<ExecutionResult> {
  const source = events[Symbol.asyncIterator]()
  let isFirst = true
  const first = async (): Promise<IteratorResult<ExecutionResult>> => {
    isFirst = false
    const event = await source.next()
    return event.done ? event : { done: false, value: change(event.value) }
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => (isFirst ? first() : source.next()),
    return: async () => (await source.return?.()) ?? { done: true, value: undefined },
  }
}
