import { type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { OperationContext } from './operation-context.ts'
import type { SessionWatch } from './session-watch.ts'

/**
 * Ends an event stream with an error when its credentials are no longer valid. WebSockets watch their credentials
 * themselves.
 */
export function useSessionWatch(sessions: SessionWatch): Plugin {
  return {
    onSubscribe: ({ args }) => {
      const { session, credentials, transport } = args.contextValue as OperationContext
      if (session === undefined || credentials === undefined || transport === 'WebSocket') return undefined
      return {
        onSubscribeResult: ({ result, setResult }) => {
          if (!(Symbol.asyncIterator in result)) return
          const watch = (onLost: (reason: string) => void) => sessions.watch(credentials, session, onLost)
          setResult(whileAuthorised(result as AsyncIterable<ExecutionResult>, watch))
        },
      }
    },
  }
}

/** Passes events on until `watch` reports a reason to end. */
function whileAuthorised(
  events: AsyncIterable<ExecutionResult>,
  watch: (onLost: (reason: string) => void) => () => void,
): AsyncIterableIterator<ExecutionResult> {
  const source = events[Symbol.asyncIterator]()
  let isOver = false
  let lost: string | null = null
  let tell = () => {}
  const unwatch = watch((reason) => {
    lost = reason
    tell()
  })
  const end = async () => {
    isOver = true
    unwatch()
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
      event.catch(unwatch)
      // Each event needs a new promise: a promise that outlives its races keeps the result of every race in memory.
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
