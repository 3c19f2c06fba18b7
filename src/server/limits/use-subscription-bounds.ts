import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { OperationContext } from '../operation-context.ts'
import type { NoPlace, Place, Places } from './places.ts'
import type { Caller } from './rate-limiter.ts'

type Subscribe = (args: ExecutionArgs) => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>

/** Rejects a subscription if its token or workspace has reached its limit, over both transports. */
export function useSubscriptionBounds(places: Places): Plugin {
  return {
    onSubscribe: ({ args, subscribeFn, setSubscribeFn }) => {
      const { session } = args.contextValue as OperationContext
      if (session !== undefined) setSubscribeFn(inPlace(places, session, subscribeFn))
    },
  }
}

function inPlace(places: Places, caller: Caller, subscribe: Subscribe): Subscribe {
  return async (args) => {
    const place = places.take(caller)
    if ('full' in place) return { errors: [tooMany(place)] }
    try {
      const result = await subscribe(args)
      if (Symbol.asyncIterator in result) return leavingAtEnd(result, place)
      place.leave()
      return result
    } catch (error) {
      place.leave()
      throw error
    }
  }
}

function tooMany({ full, places }: NoPlace): GraphQLError {
  const message = `This ${full} has reached its limit of ${places} subscriptions. End one before you start another.`
  return new GraphQLError(message, {
    extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', limitedBy: full.toUpperCase(), http: { status: 429 } },
  })
}

/** Passes events on, and gives the place back when they end, fail, or are no longer needed. */
function leavingAtEnd(
  events: AsyncIterable<ExecutionResult>,
  { leave }: Place,
): AsyncIterableIterator<ExecutionResult> {
  const source = events[Symbol.asyncIterator]()
  const leaveIfOver = (event: IteratorResult<ExecutionResult>) => {
    if (event.done) leave()
    return event
  }
  const fail = (error: unknown) => {
    leave()
    throw error
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => source.next().then(leaveIfOver, fail),
    return: async () => {
      leave()
      return (await source.return?.()) ?? { done: true, value: undefined }
    },
  }
}
