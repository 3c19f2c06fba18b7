import type { Server } from 'node:http'
import { GraphQLError } from 'graphql'
import type { Context, SubscribeMessage } from 'graphql-ws'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import { authenticate } from '../auth/authenticate.ts'
import { AuthenticationError } from '../auth/authentication-error.ts'
import type { Viewer } from '../auth/viewer.ts'
import { payloadCredentials } from './credentials.ts'
import { graphqlPath, type Yoga } from './graphql-over-http.ts'
import type { ServerContext } from './server-context.ts'

const maxMessageBytes = 1_000_000
/** graphql-transport-ws: the server refuses the connection. */
const forbidden = 4403

type Connection = Context<Record<string, unknown>, Extra>

/**
 * GraphQL by the protocol graphql-transport-ws. A socket whose `connection_init` brings no valid credentials is closed
 * with 4403; one that asks before it was acknowledged, with 4401. Credentials are looked at again for each operation.
 */
export function serveWebSockets(server: Server, { database, log }: ServerContext, yoga: Yoga) {
  const sockets = new WebSocketServer({ server, path: graphqlPath, maxPayload: maxMessageBytes })
  const viewerOf = (connection: Connection) => authenticate(database, payloadCredentials(connection.connectionParams))
  const protocol = useServer<Record<string, unknown>>(
    {
      onConnect: async (connection) => (await admit(connection, viewerOf, log)) !== null,
      onSubscribe: async (connection, _id, payload) => {
        const viewer = await admit(connection, viewerOf, log)
        if (viewer === null) return [new GraphQLError('The credentials are no longer valid.')]
        return prepare(yoga, viewer, payload)
      },
      // Yoga's functions mask errors and run the plugins, as over HTTP.
      execute: (args) => (args.rootValue as Executors).execute(args),
      subscribe: (args) => (args.rootValue as Executors).subscribe(args),
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

async function admit(
  connection: Connection,
  viewerOf: (connection: Connection) => Promise<Viewer>,
  log: Logger,
): Promise<Viewer | null> {
  try {
    return await viewerOf(connection)
  } catch (error) {
    const isRefusal = error instanceof AuthenticationError
    if (!isRefusal) log.error({ err: error }, 'a WebSocket could not be authenticated')
    // The reason of a close frame holds 123 bytes.
    connection.extra.socket.close(forbidden, isRefusal ? error.message.slice(0, 120) : 'Try again later.')
    return null
  }
}

async function prepare(yoga: Yoga, viewer: Viewer, { query, operationName, variables }: SubscribeMessage['payload']) {
  const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({ viewer })
  try {
    const document = parse(query)
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
