import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { CloseCode, type Context, type SubscribeMessage } from 'graphql-ws'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { authenticate, type Session } from '../auth/authenticate.ts'
import { AuthenticationError } from '../auth/authentication-error.ts'
import type { ApiOptions } from './api-options.ts'
import { payloadCredentials } from './credentials.ts'
import { graphqlPath, type Yoga } from './graphql-over-http.ts'
import { refused } from './limits/operation-limits.ts'
import { maskError } from './mask-error.ts'
import type { OperationContext } from './operation-context.ts'
import { documentIdOf } from './persisted-documents.ts'
import type { ServerContext } from './server-context.ts'
import type { SessionWatch } from './session-watch.ts'
import { SocketOutlet } from './socket-outlet.ts'

type Watched = {
  /** Leaves off watching its credentials. */
  unwatch?: () => void
}

type Connection = Context<Record<string, unknown>, Extra & Watched>

/** Codes of RFC 6455's registry, after which clients connect again. */
const goingAway = 1001
const tryAgainLater = 1013

/**
 * GraphQL by the protocol graphql-transport-ws. A socket whose `connection_init` brings no valid credentials is closed
 * with 4403, and so is one whose credentials expire or are revoked later; one that asks before it was acknowledged, with
 * 4401. The protocol's other codes are kept too: 4400, 4406, 4408, 4409, 4429. 1001 says that the server stops, 1013 that
 * credentials cannot be looked at: connect again.
 */
export function serveWebSockets(
  server: Server,
  { database, log }: ServerContext,
  yoga: Yoga,
  options: ApiOptions & { sessions: SessionWatch },
  closing: AbortSignal,
) {
  const { verifyJwt, limits, introspection, sessions } = options
  const sockets = new WebSocketServer({ server, path: graphqlPath, maxPayload: limits.bodyBytes })
  const mask = maskError(log, { introspection })
  const sessionOf = ({ connectionParams }: Connection) =>
    authenticate({ database, verifyJwt }, payloadCredentials(connectionParams))

  /** By socket, for as long as it is open. */
  const connections = new Map<WebSocket, Connection>()
  sockets.on('connection', (socket) => {
    // It was on its way when the server began to stop.
    if (closing.aborted) socket.close(goingAway)
  })

  /** Closes the socket when its credentials are refused; throws when they cannot be looked at. */
  const admit = async (connection: Connection): Promise<Session | null> => {
    try {
      return await sessionOf(connection)
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error
      close(connection, error.message)
      return null
    }
  }

  const watch = (connection: Connection, session: Session) => {
    const { extra, connectionParams } = connection
    // It may have closed while its credentials were looked at.
    if (extra.socket.readyState !== extra.socket.OPEN) return
    extra.unwatch = sessions.watch(payloadCredentials(connectionParams), session, (lost) => close(connection, lost))
  }

  const protocol = useServer<Record<string, unknown>, Watched>(
    {
      onConnect: async (connection) => {
        connections.set(connection.extra.socket, connection)
        try {
          const session = await admit(connection)
          if (session !== null) watch(connection, session)
          return session !== null
        } catch (error) {
          log.error({ err: error }, 'a WebSocket could not be authenticated')
          connection.extra.socket.close(tryAgainLater, 'Credentials cannot be checked at present.')
          return false
        }
      },
      onClose: ({ extra }) => {
        connections.delete(extra.socket)
        extra.unwatch?.()
      },
      onSubscribe: async (connection, id, payload) => {
        const breakOff = () => {
          // What the protocol's server knows no more, it completes without a message.
          delete connection.subscriptions[id]
        }
        if (closing.aborted) {
          breakOff()
          return [new GraphQLError('The server stops.')]
        }
        // Before anything is awaited, while this operation is the last one.
        if (Object.keys(connection.subscriptions).length > limits.operationsPerSocket) {
          return [
            refused('TOO_MANY_OPERATIONS', `At most ${limits.operationsPerSocket} operations at once on a socket.`),
          ]
        }
        try {
          const session = await admit(connection)
          if (session === null) return [new GraphQLError('The credentials are no longer valid.')]
          const outlet = new SocketOutlet(connection.extra.socket, id)
          return await prepare(yoga, { session, transport: 'WebSocket', breakOff, outlet }, payload, options)
        } catch (error) {
          // Only this operation fails: the others on the socket go on.
          return [mask(error)]
        }
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
  /** Resolves when every operation of the connection has been answered or broken off. */
  const isAnswered = async (connection: Connection, deadline: AbortSignal) => {
    while (!deadline.aborted && Object.keys(connection.subscriptions).length > 0) {
      await sleep(lookAgainMs, undefined, { signal: deadline }).catch(() => {})
    }
  }

  return {
    /**
     * Once `closing` has aborted: lets what is under way be answered, tells clients to connect again, and resolves when they
     * have gone. At the deadline it goes without them.
     */
    close: async (deadline: AbortSignal) => {
      const leave = () => {
        for (const socket of sockets.clients) socket.terminate()
      }
      deadline.addEventListener('abort', leave)
      await Promise.all(
        [...sockets.clients].map(async (socket) => {
          const connection = connections.get(socket)
          if (connection !== undefined) await isAnswered(connection, deadline)
          socket.close(goingAway, 'The server stops: connect again.')
        }),
      )
      await protocol.dispose()
      deadline.removeEventListener('abort', leave)
    },
  }
}

const lookAgainMs = 10

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

async function prepare(
  yoga: Yoga,
  context: OperationContext,
  payload: SubscribeMessage['payload'],
  options: ApiOptions,
) {
  const { operationName, variables } = payload
  const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped(context)
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
