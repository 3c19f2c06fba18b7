import { type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Session } from '../auth/authenticate.ts'
import type { OperationContext } from './operation-context.ts'
import { watchSession } from './watch-session.ts'

type WatchOptions = Omit<Parameters<typeof watchSession>[1], 'signal' | 'reopen'>

/** Ends a stream of events with an error when the credentials that opened it no longer hold. Sockets watch their own. */
export function useSessionWatch(
  reopen: (context: OperationContext) => Promise<Session>,
  options: WatchOptions,
): Plugin {
  return {
    onSubscribe: ({ args }) => {
      const context = args.contextValue as OperationContext
      const { session, transport } = context
      if (session === undefined || transport === 'WebSocket') return undefined
      return {
        onSubscribeResult: ({ result, setResult }) => {
          if (!(Symbol.asyncIterator in result)) return
          const watch = (signal: AbortSignal) =>
            watchSession(session, { ...options, signal, reopen: () => reopen(context) })
          setResult(whileAuthorised(result as AsyncIterable<ExecutionResult>, watch))
        },
      }
    },
  }
}

/** The same events until `watch` gives a reason to end. */
function whileAuthorised(
  events: AsyncIterable<ExecutionResult>,
  watch: (signal: AbortSignal) => Promise<string | null>,
): AsyncIterableIterator<ExecutionResult> {
  const source = events[Symbol.asyncIterator]()
  const leaving = new AbortController()
  const lost = watch(leaving.signal)
  let isOver = false
  const end = async () => {
    isOver = true
    leaving.abort()
    await source.return?.()
    return { done: true, value: undefined } as const
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      if (isOver) return { done: true, value: undefined }
      const event = source.next()
      const first = await Promise.race([event, lost])
      if (typeof first === 'string') {
        event.catch(() => {})
        await end()
        const refusal = new GraphQLError(first, { extensions: { code: 'UNAUTHENTICATED' } })
        return { done: false, value: { errors: [refusal] } }
      }
      if (first === null || first.done) return end()
      return first
    },
    return: end,
  }
}
