import type { ExecutionArgs, ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { OperationContext } from '../operation-context.ts'
import { costExtension, type OperationLimits } from './operation-limits.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { rateExtension, rateHeaders, rateRefusal } from './rate-refusal.ts'

/**
 * Takes the points of an operation before it is executed. Reports the remaining points in the headers of every response and
 * in `extensions.cost`. The transport has already taken one point, see {@link requireRate}. A subscription takes its points
 * once, and its events do not report them.
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
    const reported = { ...costExtension({ cost }, limits), ...rateExtension(limiter.standings(session)) }
    return { ...result, extensions: { ...result.extensions, cost: reported } }
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
      if (refusal !== null) setResultAndStopExecution({ errors: [refusal] })
    },
    onResponse: ({ response, serverContext }) => {
      const headers = rateHeadersOf(limiter, serverContext as OperationContext)
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    },
  }
}

/** The headers of an answer. None if nobody is known to have sent the request. */
export function rateHeadersOf(limiter: RateLimiter, { session }: OperationContext): Record<string, string> {
  return session === undefined ? {} : rateHeaders(limiter.limits, limiter.standings(session))
}

/**
 * Takes one point for a request before any other part of it is read, so that rejecting it stays cheap. Throws RATE_LIMITED
 * if no point is left.
 */
export function requireRate(limiter: RateLimiter, { session }: OperationContext): void {
  const standing = session === undefined ? null : limiter.take(session, 1)
  if (standing !== null) throw rateRefusal(standing, 1)
}
