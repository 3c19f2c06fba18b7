import { createYoga, type YogaServerInstance } from 'graphql-yoga'
import { authenticate } from '../auth/authenticate.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { GraphQLContext, SchemaServices } from '../schema/context.ts'
import { schema } from '../schema/schema.ts'
import { httpCredentials } from './credentials.ts'
import { maskError } from './mask-error.ts'
import type { ServerContext } from './server-context.ts'

export const graphqlPath = '/graphql'

/** What the transports put beside an operation. */
export interface OperationContext {
  viewer?: Viewer
}

export type Yoga = YogaServerInstance<OperationContext, GraphQLContext>

const maxBodyBytes = 1_000_000

/** GraphQL by POST, GET and server-sent events, and GraphiQL for browsers. */
export function openYoga({ database, log }: ServerContext, services: SchemaServices): Yoga {
  return createYoga<OperationContext, GraphQLContext>({
    schema,
    graphqlEndpoint: graphqlPath,
    landingPage: false,
    multipart: false,
    maxRequestBodySize: maxBodyBytes,
    // The mask below logs what deserves it.
    logging: false,
    maskedErrors: { maskError: maskError(log) },
    graphiql: { title: 'HubSpot contact sync', headers: '{ "authorization": "Bearer hcs_…" }' },
    context: ({ viewer }) => ({ ...services, viewer: known(viewer) }),
    plugins: [
      {
        // Before anything of the request is read. GraphiQL itself and CORS preflights never come here.
        onRequestParse: async ({ request, serverContext }) => {
          const viewer = await authenticate(database, httpCredentials(request.headers))
          Object.assign(serverContext, { viewer } satisfies OperationContext)
        },
      },
    ],
  })
}

function known(viewer: Viewer | undefined): Viewer {
  if (viewer === undefined) throw new Error('an operation reached the schema without a viewer')
  return viewer
}
