import type { IncomingMessage, ServerResponse } from 'node:http'
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations'
import { type ExecutionResult, NoSchemaIntrospectionCustomRule, validate } from 'graphql'
import { createYoga, type FetchAPI, isAsyncIterable, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import { authenticate, type Credentials, type Session } from '../auth/authenticate.ts'
import type { ApiMetrics } from '../metrics/api-metrics.ts'
import type { GraphQLContext, SchemaServices } from '../schema/context.ts'
import { schema } from '../schema/schema.ts'
import { openAnswerMeter } from '../schema/support/answer-meter.ts'
import { acceptedMediaType, answerResult, graphqlMediaType } from './answer-result.ts'
import type { ApiOptions } from './api-options.ts'
import { httpCredentials } from './credentials.ts'
import { EventStream } from './event-stream.ts'
import type { Guards } from './limits/guards.ts'
import { refused } from './limits/operation-limits.ts'
import { useLimits } from './limits/use-limits.ts'
import { requireRate, useRateLimits } from './limits/use-rate-limits.ts'
import { useSubscriptionBounds } from './limits/use-subscription-bounds.ts'
import { maskError } from './mask-error.ts'
import type { OperationContext } from './operation-context.ts'
import { documentIdOf } from './persisted-documents.ts'
import {
  notAcceptable,
  refuseMalformedParameters,
  refuseUnacceptable,
  wellFormed,
} from './refuse-malformed-parameters.ts'
import { refuseSimpleRequest } from './refuse-simple-requests.ts'
import type { ServerContext } from './server-context.ts'
import type { SessionWatch } from './session-watch.ts'
import { useMetrics } from './use-metrics.ts'
import { useSessionWatch } from './use-session-watch.ts'
import { useSteadySubscriptions } from './use-steady-subscriptions.ts'

export const graphqlPath = '/graphql'

export type Yoga = YogaServerInstance<OperationContext, GraphQLContext>

/** Serves GraphQL by POST, GET, and server-sent events. */
export function openYoga(
  { database, log }: ServerContext,
  services: SchemaServices,
  options: ApiOptions & { metrics: ApiMetrics; sessions: SessionWatch },
  guards: Guards,
): Yoga {
  const { limits, verifyJwt, introspection } = options
  const sessionOf = (credentials: Credentials) => authenticate({ database, verifyJwt }, credentials)
  const mask = maskError(log, { introspection })
  return createYoga<OperationContext, GraphQLContext>({
    schema,
    graphqlEndpoint: graphqlPath,
    landingPage: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: limits.bodyBytes,
    extraParamNames: ['documentId'],
    // `maskError` logs what is worth logging.
    logging: false,
    maskedErrors: { maskError: mask },
    cors: corsOf(options),
    // `createServer` serves GraphiQL before a request gets here.
    graphiql: false,
    context: ({ session }) => ({
      ...services,
      viewer: known(session).viewer,
      // For the start of a subscription. Each execution gets a meter of its own.
      answer: openAnswerMeter(limits.answerBytes),
    }),
    plugins: [
      {
        // Runs before any part of the request is read. CORS preflights do not get here.
        onRequestParse: async ({ request, serverContext }) => {
          refuseSimpleRequest(request)
          refuseMalformedParameters(request)
          refuseUnacceptable(request)
          const credentials = httpCredentials(request.headers)
          const { req, res } = serverContext as unknown as { req: IncomingMessage; res?: ServerResponse }
          const session = await guards.logins.count(req, () => sessionOf(credentials))
          // Clients treat an interrupted response as a network error and try again.
          const breakOff = () => void res?.destroy()
          const outlet = res && new EventStream(res)
          const context: OperationContext = { session, credentials, transport: 'HTTP', breakOff, outlet }
          Object.assign(serverContext, context)
          requireRate(guards.rates, { session })
        },
        onResponse: ({ response }) => describeAnswer(response.headers),
        onParams: ({ params, setParams }) => setParams(wellFormed(params)),
        onResultProcess: ({ request, result, resultProcessor, setResultProcessor, serverContext }) => {
          const mediaType = acceptedMediaType(request.headers.get('accept'))
          if (isAsyncIterable(result)) {
            const { outlet } = serverContext as OperationContext
            if (resultProcessor !== undefined && outlet instanceof EventStream) {
              const results = result as AsyncIterable<ExecutionResult>
              setResultProcessor((_result, fetchAPI) => streamEvents(results, outlet, fetchAPI), 'text/event-stream')
            }
            if (resultProcessor !== undefined) return
            // Nobody would read the stream, so nobody would end it.
            void result[Symbol.asyncIterator]().return?.()
            const errors = [
              notAcceptable('A subscription returns a stream of events. Send the header "accept: text/event-stream".'),
            ]
            setResultProcessor(() => answerResult({ errors }, graphqlMediaType), graphqlMediaType)
          } else if (!Array.isArray(result) && !isStream(request)) {
            const answer = mediaType ?? graphqlMediaType
            setResultProcessor(() => answerResult(result as ExecutionResult, answer), answer)
          }
        },
      },
      persistedDocumentsOf(options),
      ...(introspection ? [] : [withoutIntrospection]),
      // Must come before the plugins that read the events.
      useSteadySubscriptions({ closing: services.closing, limits, mask }),
      useMetrics(options.metrics),
      useLimits(limits),
      useRateLimits(guards.rates, limits),
      useSubscriptionBounds(guards.subscriptions),
      useSessionWatch(options.sessions),
    ],
  })
}

function streamEvents(results: AsyncIterable<ExecutionResult>, stream: EventStream, { Response }: FetchAPI): Response {
  void stream.carry(results[Symbol.asyncIterator]())
  const headers = {
    'content-type': 'text/event-stream',
    connection: 'keep-alive',
    // Compression would buffer events.
    'content-encoding': 'none',
  }
  return new Response(stream.body as unknown as BodyInit, { status: 200, headers })
}

const withoutIntrospection: Plugin = {
  onValidate: ({ addValidationRule, setValidationFn }) => {
    addValidationRule(NoSchemaIntrospectionCustomRule)
    // Suggestions would reveal the schema name by name.
    setValidationFn((schema, document, rules, options) =>
      validate(schema, document, rules, { ...options, hideSuggestions: true }),
    )
  },
}

/**
 * Without a list of origins, pages of other origins cannot read responses. Browsers never send credentials by themselves.
 */
function corsOf({ corsOrigins }: ApiOptions) {
  return ({ headers }: Request) => {
    const origin = headers.get('origin')
    if (origin === null || !(corsOrigins.includes(origin) || corsOrigins.includes('*'))) return false
    return {
      origin: [origin],
      methods: ['GET', 'POST'],
      allowedHeaders: ['authorization', 'content-type', 'x-workspace-id'],
      exposedHeaders: ['RateLimit', 'RateLimit-Policy', 'Retry-After'],
      credentials: false,
      maxAge: 600,
    }
  }
}

/** True if the client prefers a stream. It then receives even a failure as an event. */
function isStream({ headers }: Request): boolean {
  return /^\s*text\/event-stream/.test(headers.get('accept') ?? '')
}

/** Sets headers for caches and browsers: a response belongs to one viewer, depends on the origin, and is data. */
function describeAnswer(headers: Headers): void {
  headers.set('cache-control', 'no-store')
  headers.append('vary', 'Origin')
  headers.set('x-content-type-options', 'nosniff')
}

function persistedDocumentsOf({ persistedDocuments: { byId, only } }: ApiOptions): Plugin {
  return usePersistedOperations({
    allowArbitraryOperations: !only,
    getPersistedOperation: (id) => byId.get(id) ?? null,
    extractPersistedOperationId: (params, { method, url }) =>
      documentIdOf(params) ?? (method === 'GET' ? new URL(url).searchParams.get('documentId') : null),
    customErrors: {
      notFound: () => refused('PERSISTED_QUERY_NOT_FOUND', 'There is no persisted document with this id.'),
      keyNotFound: () => refused('BAD_REQUEST', 'Send the document as "query", or the id of a persisted document.'),
      persistedQueryOnly: () =>
        refused('PERSISTED_QUERY_ONLY', 'This API accepts persisted documents only. Send the id of one.'),
    },
  })
}

function known(session: Session | undefined): Session {
  if (session === undefined) throw new Error('an operation reached the schema without a viewer')
  return session
}
