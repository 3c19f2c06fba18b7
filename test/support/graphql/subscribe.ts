import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWebSocketClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { TypedDocumentString } from '../../../client/generated/graphql.ts'
import { cleanUp } from '../clean-up.ts'
import type { GraphQLFailure } from './post.ts'

export interface Delivery<R> {
  readonly data?: R | null
  readonly errors?: readonly GraphQLFailure[]
}

export type Transport = 'WebSocket' | 'server-sent events'
export const transports: readonly Transport[] = ['WebSocket', 'server-sent events']

/** Subscribes. The stream ends when the server completes it, and fails if the server refuses it. */
export function subscribe<R, V>(
  transport: Transport,
  url: string,
  document: TypedDocumentString<R, V>,
  variables: V,
  { token }: { token?: string },
): AsyncIterableIterator<Delivery<R>> {
  const authorization = token === undefined ? undefined : `Bearer ${token}`
  const operation = { query: document.toString(), variables: variables as Record<string, unknown> }
  if (transport === 'server-sent events') {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    const client = createSseClient({ url: `${url}/graphql`, headers, retryAttempts: 0 })
    cleanUp(() => client.dispose())
    return client.iterate(operation) as AsyncIterableIterator<Delivery<R>>
  }
  const client = createWebSocketClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: authorization === undefined ? {} : { authorization },
    retryAttempts: 0,
  })
  cleanUp(() => client.dispose())
  return client.iterate(operation) as AsyncIterableIterator<Delivery<R>>
}
