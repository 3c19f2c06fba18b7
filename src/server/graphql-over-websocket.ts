import { once } from 'node:events'
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLError, type GraphQLFormattedError, getOperationAST, OperationTypeNode, parse } from 'graphql'
import { CloseCode, type Context, type SubscribeMessage } from 'graphql-ws'
import type { Extra } from 'graphql-ws/use/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { authenticate, type Session } from '../auth/authenticate.ts'
import { AuthenticationError } from '../auth/authentication-error.ts'
import { isDatabaseAway, patiently } from '../database/database-away.ts'
import { linkedAbort } from '../followers/linked-abort.ts'
import type { ApiMetrics } from '../metrics/api-metrics.ts'
import type { ApiOptions } from './api-options.ts'
import { payloadCredentials } from './credentials.ts'
import { graphqlPath, type Yoga } from './graphql-over-http.ts'
import type { Guards } from './limits/guards.ts'
import { refused } from './limits/operation-limits.ts'
import type { NoPlace, Place } from './limits/places.ts'
import { rateExtension } from './limits/rate-refusal.ts'
import { requireRate } from './limits/use-rate-limits.ts'
import { maskError } from './mask-error.ts'
import type { OperationContext } from './operation-context.ts'
import { documentIdOf } from './persisted-documents.ts'
import { serveProtocol } from './serve-protocol.ts'
import type { ServerContext } from './server-context.ts'
import type { SessionWatch } from './session-watch.ts'
import { SocketOutlet } from './socket-outlet.ts'

type More = {
  /** Stops watching the connection's credentials. */
  unwatch?: () => void
  place?: Place
}

type Connection = Context<Record<string, unknown>, Extra & More>

/** Close codes registered for RFC 6455. After the first two, clients reconnect. */
const goingAway = 1001
const tryAgainLater = 1013
const policyViolation = 1008

/** A multiple of `operationsPerSocket`. A client that exceeds it ignores its errors. */
const patience = 10

/**
 * Serves GraphQL by the graphql-transport-ws protocol. A socket is closed with 4403 if its `connection_init` has no valid
 * credentials, or if they later expire or are revoked, and with 4401 if it sends an operation before it is acknowledged. The
 * protocol's other codes apply as well: 4400, 4406, 4408, 4409, 4429. 1001 means that the server stops. 1013 means that
 * credentials cannot be checked or that a limit of connections is reached: reconnect later. 1008 closes a socket with far
 * too many operations.
 */
export function serveWebSockets(
  server: Server,
  { database, log }: ServerContext,
  yoga: Yoga,
  options: ApiOptions & { metrics: ApiMetrics; sessions: SessionWatch },
  guards: Guards,
  closing: AbortSignal,
) {
  const { verifyJwt, limits, bounds, introspection, metrics, sessions } = options
  const sockets = new WebSocketServer({ server, path: graphqlPath, maxPayload: limits.bodyBytes })
  const mask = maskError(log, { introspection })
  const sessionOf = ({ connectionParams }: Connection) =>
    authenticate({ database, verifyJwt }, payloadCredentials(connectionParams))

  /** Open connections by socket. */
  const connections = new Map<WebSocket, Connection>()
  sockets.on('connection', (socket) => {
    metrics.socketOpened()
    socket.once('close', () => metrics.socketClosed())
    // It was opening when the server began to stop.
    if (closing.aborted) socket.close(goingAway)
    else if (sockets.clients.size > bounds.sockets) {
      socket.close(tryAgainLater, 'This server has reached its limit of WebSockets. Connect again later.')
    }
  })

  /** Closes the socket if its credentials are rejected. Throws if they cannot be checked. */
  const admit = async (connection: Connection): Promise<Session | null> => {
    try {
      return await guards.logins.count(connection.extra.request, () => sessionOf(connection))
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error
      close(connection, error.message)
      return null
    }
  }

  /** Like {@link admit}, but a subscription waits while PostgreSQL is unavailable. */
  const admitTo = async (connection: Connection, payload: SubscribeMessage['payload']): Promise<Session | null> => {
    try {
      return await admit(connection)
    } catch (error) {
      if (!isDatabaseAway(error) || !isSubscription(payload, options)) throw error
      const left = linkedAbort(closing)
      connection.extra.socket.once('close', left.abort)
      return patiently(() => admit(connection), left.signal).finally(left.abort)
    }
  }

  const watch = (connection: Connection, session: Session) => {
    const { extra, connectionParams } = connection
    // The socket may have closed while its credentials were checked.
    if (extra.socket.readyState !== extra.socket.OPEN) return
    extra.unwatch = sessions.watch(payloadCredentials(connectionParams), session, (lost) => close(connection, lost))
  }

  /** Authenticates the connection, or closes it. Returns the payload of `connection_ack`. */
  const open = async (connection: Connection): Promise<false | Record<string, unknown>> => {
    const { extra } = connection
    try {
      const session = await admit(connection)
      // The socket may have closed in the meantime. Then nothing would give its place back.
      if (session === null || extra.socket.readyState !== extra.socket.OPEN) return false
      requireRate(guards.rates, { session })
      const place = guards.sockets.take(session)
      if ('full' in place) {
        extra.socket.close(tryAgainLater, tooMany(place))
        return false
      }
      extra.place = place
      watch(connection, session)
      return { rateLimit: rateExtension(guards.rates.standings(session)) }
    } catch (error) {
      const isRateLimited = error instanceof GraphQLError
      if (!isRateLimited) log.error({ err: error }, 'a WebSocket could not be authenticated')
      const reason = isRateLimited ? error.message : 'The credentials cannot be checked at the moment. Connect again.'
      extra.socket.close(tryAgainLater, reason)
      return false
    }
  }

  serveProtocol<More>(
    {
      connectionInitWaitTimeout: bounds.initMs,
      onConnect: (connection) => {
        connections.set(connection.extra.socket, connection)
        return open(connection)
      },
      onClose: ({ extra }) => {
        connections.delete(extra.socket)
        extra.unwatch?.()
        extra.place?.leave()
      },
      onSubscribe: async (connection, id, payload) => {
        const breakOff = () => {
          // graphql-ws sends no `complete` message for an operation that it does not know.
          delete connection.subscriptions[id]
        }
        if (closing.aborted) {
          breakOff()
          return [new GraphQLError('The server is stopping.')]
        }
        // Counts before the first await, while this operation is the newest.
        const underWay = Object.keys(connection.subscriptions).length
        if (underWay > patience * limits.operationsPerSocket) {
          connection.extra.socket.close(policyViolation, 'Too many operations at the same time.')
        }
        if (underWay > limits.operationsPerSocket) {
          return [
            refused(
              'TOO_MANY_OPERATIONS',
              `A socket can run at most ${limits.operationsPerSocket} operations at the same time.`,
            ),
          ]
        }
        try {
          const session = await admitTo(connection, payload)
          if (session === null) return [new GraphQLError('The credentials are no longer valid.')]
          requireRate(guards.rates, { session })
          const outlet = new SocketOutlet(connection.extra.socket, id)
          return await prepare(yoga, { session, transport: 'WebSocket', breakOff, outlet }, payload, options)
        } catch (error) {
          if (closing.aborted || connection.extra.socket.readyState !== connection.extra.socket.OPEN) {
            breakOff()
            return [new GraphQLError('The connection is closing.')]
          }
          // Only this operation fails. The others on the socket continue.
          return [mask(error)]
        }
      },
      // Yoga's functions mask errors and run the plugins, as over HTTP.
      execute: (args) => (args.rootValue as Executors).execute(args),
      subscribe: (args) => (args.rootValue as Executors).subscribe(args),
      onError: (_connection, _id, _payload, errors) => errors.map(withoutStatus),
      onNext: (_connection, _id, _payload, _args, result) =>
        result.errors === undefined ? undefined : { ...result, errors: result.errors.map(withoutStatus) },
    },
    sockets,
    { log, pingEveryMs: bounds.pingEveryMs },
  )
  /** Resolves when every operation of the connection has been answered or interrupted. */
  const isAnswered = async (connection: Connection, deadline: AbortSignal) => {
    while (!deadline.aborted && Object.keys(connection.subscriptions).length > 0) {
      await sleep(lookAgainMs, undefined, { signal: deadline }).catch(() => {})
    }
  }

  return {
    /**
     * To be called after `closing` has aborted. Lets pending operations finish, tells clients to reconnect, and resolves
     * when they have disconnected. At the deadline, terminates the remaining sockets.
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
          socket.close(goingAway, 'The server is stopping. Connect again.')
        }),
      )
      const closed = once(sockets, 'close')
      sockets.close()
      await closed
      deadline.removeEventListener('abort', leave)
    },
  }
}

const lookAgainMs = 10

interface Executors {
  readonly execute: ReturnType<Yoga['getEnveloped']>['execute']
  readonly subscribe: ReturnType<Yoga['getEnveloped']>['subscribe']
}

/** Removes `extensions.http`, which is for HTTP only. */
function withoutStatus(error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError {
  const { extensions, ...shown } = error instanceof GraphQLError ? error.toJSON() : error
  const { http: _status, ...others } = extensions ?? {}
  return { ...shown, extensions: others }
}

function close({ extra }: Connection, reason: string): void {
  // A close frame can hold a reason of at most 123 bytes.
  extra.socket.close(CloseCode.Forbidden, reason.slice(0, 120))
}

function tooMany({ full, places }: NoPlace): string {
  return `This ${full} has reached its limit of ${places} WebSockets. Close one, then connect again.`
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

function isSubscription(payload: SubscribeMessage['payload'], options: ApiOptions): boolean {
  const operation = getOperationAST(parse(documentOf(payload, options)), payload.operationName)
  return operation?.operation === OperationTypeNode.SUBSCRIPTION
}

/**
 * Returns the document to execute. The protocol requires a query; if it is empty, the extensions name a persisted document.
 */
function documentOf(payload: SubscribeMessage['payload'], { persistedDocuments: { byId, only } }: ApiOptions): string {
  if (payload.query !== '') {
    if (!only) return payload.query
    throw refused('PERSISTED_QUERY_ONLY', 'This API accepts persisted documents only. Send the id of one.')
  }
  const id = documentIdOf({ extensions: payload.extensions ?? undefined })
  const document = id === null ? undefined : byId.get(id)
  if (document === undefined) throw refused('PERSISTED_QUERY_NOT_FOUND', 'There is no persisted document with this id.')
  return document
}
