import type { IncomingMessage, ServerResponse } from 'node:http'
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations'
import { type ExecutionResult, NoSchemaIntrospectionCustomRule, validate } from 'graphql'
import { createYoga, type FetchAPI, isAsyncIterable, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { Session } from '../auth/authenticate.ts'
import type { ApiMetrics } from '../metrics/api-metrics.ts'
import type { GraphQLContext, SchemaServices } from '../schema/context.ts'
import { schema } from '../schema/schema.ts'
import { openAnswerMeter } from '../schema/support/answer-meter.ts'
import type { Admit } from './admit-request.ts'
import { acceptedMediaType, formatResult, graphqlMediaType, headersOfAnswers, prefersStream } from './answer-result.ts'
import type { ApiOptions } from './api-options.ts'
import { useCrossOrigin } from './cross-origin.ts'
import { EventStream } from './event-stream.ts'
import { type KnownDocuments, useKnownDocuments } from './known-documents.ts'
import type { Guards } from './limits/guards.ts'
import { refused } from './limits/operation-limits.ts'
import { useLimits } from './limits/use-limits.ts'
import { useRateLimits } from './limits/use-rate-limits.ts'
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

interface NodeContext extends OperationContext {
  readonly req: IncomingMessage
  readonly res?: ServerResponse
}

export type Yoga = YogaServerInstance<OperationContext, GraphQLContext>

/** Serves GraphQL by POST, GET, and server-sent events. */
export function openYoga(
  { log }: ServerContext,
  services: SchemaServices,
  options: ApiOptions & { metrics: ApiMetrics; sessions: SessionWatch },
  { guards, admit, known }: { guards: Guards; admit: Admit; known: KnownDocuments },
): Yoga {
  const { limits, introspection } = options
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
    // A plugin adds the headers and answers preflights.
    cors: false,
    // `createServer` serves GraphiQL before a request gets here.
    graphiql: false,
    context: ({ session }) => ({
      ...services,
      viewer: present(session).viewer,
      // For the start of a subscription. Each execution gets a meter of its own.
      answer: openAnswerMeter(limits.answerBytes),
    }),
    plugins: [
      useCrossOrigin(options),
      {
        // Runs before any part of the request is read. CORS preflights do not get here.
        onRequestParse: async ({ request, serverContext }) => {
          refuseSimpleRequest(request)
          refuseMalformedParameters(request)
          refuseUnacceptable(request)
          const { req, res, session } = serverContext as unknown as NodeContext
          // A query may have been admitted already, and then turned out to need more than answerKnownQuery does.
          if (session === undefined) await admit(req, res, serverContext as OperationContext)
        },
        onResponse: ({ response }) => {
          for (const [name, value] of Object.entries(headersOfAnswers)) response.headers.set(name, value)
        },
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
            setResultProcessor((_result, fetchAPI) => respond({ errors }, graphqlMediaType, fetchAPI), graphqlMediaType)
          } else if (!Array.isArray(result) && !prefersStream(request.headers.get('accept'))) {
            const answer = mediaType ?? graphqlMediaType
            const whole = result as ExecutionResult
            setResultProcessor((_result, fetchAPI) => respond(whole, answer, fetchAPI), answer)
          }
        },
      },
      persistedDocumentsOf(options),
      useKnownDocuments(known),
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

function respond(result: ExecutionResult, mediaType: string, { Response }: FetchAPI): Response {
  const { status, headers, body } = formatResult(result, mediaType)
  return new Response(body, { status, headers })
}

function present(session: Session | undefined): Session {
  if (session === undefined) throw new Error('an operation reached the schema without a viewer')
  return session
}
