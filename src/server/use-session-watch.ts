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
  let isOver = false
  let lost: string | null = null
  let tell = () => {}
  void watch(leaving.signal).then((reason) => {
    lost = reason
    tell()
  })
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
      event.catch(() => leaving.abort())
      // One promise for each event: a promise that outlives the races it is part of keeps what each of them brought.
      const refused = new Promise<null>((resolve) => {
        tell = () => resolve(null)
        if (lost !== null) tell()
      })
      const first = await Promise.race([event, refused])
      if (first?.done) return end()
      if (first !== null) return first
      await end()
      if (lost === null) return { done: true, value: undefined }
      const refusal = new GraphQLError(lost, { extensions: { code: 'UNAUTHENTICATED' } })
      return { done: false, value: { errors: [refusal] } }
    },
    return: end,
  }
}
