import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { isDatabaseAway, patiently } from '../database/database-away.ts'
import { linkedAbort } from '../schema/support/linked-abort.ts'
import { executeWithin } from './limits/execute-within.ts'
import type { OperationLimits } from './limits/operation-limits.ts'
import type { OperationContext } from './operation-context.ts'

/**
 * Has subscriptions outlast what passes. While PostgreSQL is away, an event waits until its fields can be read. When the
 * server stops, a subscription is broken off, which its client can tell from its end: it is not completed.
 */
export function useSteadySubscriptions(closing: AbortSignal, limits: OperationLimits): Plugin {
  return {
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn((args: ExecutionArgs) => subscribe(args, closing, limits)),
  }
}

async function subscribe(
  args: ExecutionArgs,
  closing: AbortSignal,
  limits: OperationLimits,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args)
  if (!(Symbol.asyncIterator in source)) return source
  const answerEvent = (rootValue: unknown) => executeWithin(limits, execute, { ...args, rootValue })
  return eventsOf(source[Symbol.asyncIterator](), args, closing, answerEvent)
}

function eventsOf(
  source: AsyncIterator<unknown>,
  args: ExecutionArgs,
  closing: AbortSignal,
  answerEvent: (event: unknown) => Promise<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  const { breakOff } = args.contextValue as OperationContext
  const leaving = linkedAbort(closing)
  const over = { done: true, value: undefined } as const
  let hasLeft = false
  const end = async () => {
    leaving.abort()
    await source.return?.()
    return over
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const event = await source.next()
        if (event.done) return end()
        return { done: false, value: await answer(() => answerEvent(event.value), leaving.signal) }
      } catch (error) {
        await end()
        if (hasLeft) return over
        // Whatever goes wrong while the server stops goes wrong because it does.
        if (!closing.aborted) throw error
        breakOff?.()
        return over
      }
    },
    return: () => {
      hasLeft = true
      return end()
    },
  }
}

/** The event with all that was asked of it. */
async function answer(answerEvent: () => Promise<ExecutionResult>, signal: AbortSignal): Promise<ExecutionResult> {
  return patiently(async () => {
    const result = await answerEvent()
    const away = result.errors?.find(isDatabaseAway)
    if (away !== undefined) throw away
    return result
  }, signal)
}
