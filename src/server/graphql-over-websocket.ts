import type { Server } from 'node:http'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { CloseCode, type Context, type SubscribeMessage } from 'graphql-ws'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { authenticate, type Session } from '../auth/authenticate.ts'
import { AuthenticationError } from '../auth/authentication-error.ts'
import type { ApiOptions } from './api-options.ts'
import { payloadCredentials } from './credentials.ts'
import { graphqlPath, type Yoga } from './graphql-over-http.ts'
import { refused } from './limits/operation-limits.ts'
import { documentIdOf } from './persisted-documents.ts'
import type { ServerContext } from './server-context.ts'
import { watchSession } from './watch-session.ts'

type Connection = Context<Record<string, unknown>, Extra & { leaving?: AbortController }>

/**
 * GraphQL by the protocol graphql-transport-ws. A socket whose `connection_init` brings no valid credentials is closed
 * with 4403, and so is one whose credentials expire or are revoked later; one that asks before it was acknowledged, with
 * 4401. The protocol's other codes are kept too: 4400, 4406, 4408, 4409, 4429.
 */
export function serveWebSockets(server: Server, { database, log }: ServerContext, yoga: Yoga, options: ApiOptions) {
  const { verifyJwt, limits, recheckSessionsMs: everyMs } = options
  const sockets = new WebSocketServer({ server, path: graphqlPath, maxPayload: limits.bodyBytes })
  const sessionOf = ({ connectionParams }: Connection) =>
    authenticate({ database, verifyJwt }, payloadCredentials(connectionParams))

  const admit = async (connection: Connection): Promise<Session | null> => {
    try {
      return await sessionOf(connection)
    } catch (error) {
      const isRefusal = error instanceof AuthenticationError
      if (!isRefusal) log.error({ err: error }, 'a WebSocket could not be authenticated')
      close(connection, isRefusal ? error.message : 'Try again later.')
      return null
    }
  }

  const watch = async (connection: Connection, session: Session) => {
    const leaving = new AbortController()
    connection.extra.leaving = leaving
    const { signal } = leaving
    const lost = await watchSession(session, { reopen: () => sessionOf(connection), everyMs, log, signal })
    if (lost !== null) close(connection, lost)
  }

  const protocol = useServer<Record<string, unknown>, { leaving?: AbortController }>(
    {
      onConnect: async (connection) => {
        const session = await admit(connection)
        if (session !== null) void watch(connection, session)
        return session !== null
      },
      onClose: ({ extra }) => extra.leaving?.abort(),
      onSubscribe: async (connection, _id, payload) => {
        // Before anything is awaited, while this operation is the last one.
        if (Object.keys(connection.subscriptions).length > limits.operationsPerSocket) {
          return [
            refused('TOO_MANY_OPERATIONS', `At most ${limits.operationsPerSocket} operations at once on a socket.`),
          ]
        }
        const session = await admit(connection)
        if (session === null) return [new GraphQLError('The credentials are no longer valid.')]
        return prepare(yoga, session, payload, options)
      },
      // Yoga's functions mask errors and run the plugins, as over HTTP.
      execute: (args) => (args.rootValue as Executors).execute(args),
      subscribe: (args) => (args.rootValue as Executors).subscribe(args),
      onError: (_connection, _id, _payload, errors) => errors.map(withoutStatus),
      onNext: (_connection, _id, _payload, _args, result) =>
        result.errors === undefined ? undefined : { ...result, errors: result.errors.map(withoutStatus) },
      // What is thrown here was masked by nobody.
      isProd: true,
    },
    sockets,
  )
  return {
    /** Tells clients to go, and resolves when they have gone. */
    close: async () => {
      await protocol.dispose()
    },
  }
}

interface Executors {
  readonly execute: ReturnType<Yoga['getEnveloped']>['execute']
  readonly subscribe: ReturnType<Yoga['getEnveloped']>['subscribe']
}

/** `extensions.http` is for the other transport. */
function withoutStatus(error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError {
  const { extensions, ...shown } = error instanceof GraphQLError ? error.toJSON() : error
  const { http: _status, ...others } = extensions ?? {}
  return { ...shown, extensions: others }
}

function close({ extra }: Connection, reason: string): void {
  // The reason of a close frame holds 123 bytes.
  extra.socket.close(CloseCode.Forbidden, reason.slice(0, 120))
}

async function prepare(yoga: Yoga, session: Session, payload: SubscribeMessage['payload'], options: ApiOptions) {
  const { operationName, variables } = payload
  const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({
    session,
    transport: 'WebSocket',
  })
  try {
    const document = parse(documentOf(payload, options))
    const errors = validate(schema, document)
    if (errors.length > 0) return errors
    const contextValue = await contextFactory()
    return {
      schema,
      document,
      operationName,
      variableValues: variables,
      contextValue,
      rootValue: { execute, subscribe },
    }
  } catch (error) {
    if (error instanceof GraphQLError) return [error]
    throw error
  }
}

/** The protocol asks for a query; where it is empty, the extensions name a persisted document. */
function documentOf(payload: SubscribeMessage['payload'], { persistedDocuments: { byId, only } }: ApiOptions): string {
  if (payload.query !== '') {
    if (!only) return payload.query
    throw refused('PERSISTED_QUERY_ONLY', 'This API takes persisted documents alone: send an id.')
  }
  const id = documentIdOf({ extensions: payload.extensions ?? undefined })
  const document = id === null ? undefined : byId.get(id)
  if (document === undefined) throw refused('PERSISTED_QUERY_NOT_FOUND', 'The API knows no document by that id.')
  return document
}
