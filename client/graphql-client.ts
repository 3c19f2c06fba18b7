import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import type { TypedDocumentString } from './generated/graphql.ts'

/** The API as a front end sees it: operations typed by codegen, over HTTP and WebSocket. */
export interface GraphQLClient {
  /**
   * Runs a query or mutation. Throws GraphQLRequestError if there is any error. Failures that are data are returned.
   */
  request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...variables: VariablesOf<Variables>
  ): Promise<Result>
  /** Yields each event of a subscription over graphql-transport-ws. Leaving the loop ends it. */
  subscribe<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...variables: VariablesOf<Variables>
  ): AsyncIterableIterator<Result>
  close(): Promise<void>
}

type VariablesOf<Variables> = Variables extends Record<string, never> ? [] : [variables: Variables]

interface Answer<Result> {
  readonly data?: Result | null
  readonly errors?: readonly { readonly message: string }[]
}

/** The request itself failed. `messages` says how. */
export class GraphQLRequestError extends Error {
  override name = 'GraphQLRequestError'
  readonly messages: readonly string[]

  constructor(messages: readonly string[]) {
    super(messages.join('; '))
    this.messages = messages
  }
}

/** `url` is the URL of the API, without /graphql. */
export function openGraphQLClient(url: string, token: string): GraphQLClient {
  const endpoint = `${url}/graphql`
  const authorization = `Bearer ${token}`
  const sockets = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    // A server that is restarting refuses connections, which graphql-ws by default takes for the end.
    shouldRetry: () => true,
  })
  return {
    request: async (document, ...[variables]) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', accept: 'application/graphql-response+json' },
        body: JSON.stringify({ query: document.toString(), variables }),
      })
      return resultOf((await response.json()) as Answer<never>)
    },
    subscribe: async function* <Result, Variables>(
      document: TypedDocumentString<Result, Variables>,
      ...[variables]: VariablesOf<Variables>
    ) {
      const payload = { query: document.toString(), variables: variables as Record<string, unknown> | undefined }
      for await (const answer of sockets.iterate<Result>(payload)) yield resultOf(answer as Answer<Result>)
    },
    close: async () => {
      await sockets.dispose()
    },
  }
}

function resultOf<Result>({ data, errors }: Answer<Result>): Result {
  if (errors !== undefined && errors.length > 0) throw new GraphQLRequestError(errors.map((error) => error.message))
  if (data == null) throw new GraphQLRequestError(['the answer holds no data'])
  return data
}
