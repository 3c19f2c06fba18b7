import { setTimeout as sleep } from 'node:timers/promises'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWebSocketClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { TypedDocumentString } from '../../client/generated/graphql.ts'
import { cleanUp } from '../support/clean-up.ts'
import type { Delivery, Transport } from '../support/graphql/subscribe.ts'

export interface Follower<R> {
  /** Everything that has arrived, over every connection that it made. */
  readonly events: readonly Delivery<R>[]
  /** Number of connections that it made. */
  connections(): number
  /** Resolves with all events when the server completes the subscription. Rejects when the client gives up. */
  readonly ended: Promise<readonly Delivery<R>[]>
  /** Unsubscribes. */
  leave(): void
}

const retryEveryMs = 50

/**
 * Follows a subscription like a dashboard, with the real client of the transport. The client reconnects until the
 * server says that the subscription is complete.
 */
export function follow<R, V>(
  transport: Transport,
  url: string,
  document: TypedDocumentString<R, V>,
  variables: V,
  token: string,
  /** Called with each event. May change the variables that the client sends when it reconnects. */
  hear: (event: Delivery<R>, variables: V) => void = () => {},
): Follower<R> {
  const events: Delivery<R>[] = []
  let connections = 0
  const shared = { retryAttempts: 1_000, on: { connected: () => void connections++ } }
  const retry = async () => void (await sleep(retryEveryMs))
  const authorization = `Bearer ${token}`
  const client =
    transport === 'server-sent events'
      ? createSseClient({ url: `${url}/graphql`, headers: { authorization }, retry, ...shared })
      : createWebSocketClient({
          url: `${url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          connectionParams: { authorization },
          retryWait: retry,
          // To this client, a refused connection is an error and not a close event.
          shouldRetry: () => true,
          ...shared,
        })
  const operation = { query: document.toString(), variables: variables as Record<string, unknown> }
  let leave = () => {}
  const ended = new Promise<readonly Delivery<R>[]>((resolve, reject) => {
    leave = client.subscribe(operation, {
      next: (event) => {
        events.push(event as Delivery<R>)
        hear(event as Delivery<R>, variables)
      },
      error: reject,
      complete: () => resolve(events),
    })
  })
  ended.catch(() => {})
  cleanUp(() => {
    leave()
    return client.dispose()
  })
  return { events, connections: () => connections, ended, leave }
}
