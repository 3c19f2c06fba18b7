import type { IncomingMessage, ServerResponse } from 'node:http'
import { type DocumentNode, type ExecutionResult, type GraphQLError, getOperationAST, OperationTypeNode } from 'graphql'
import type { GraphQLParams } from 'graphql-yoga'
import type { Admit } from './admit-request.ts'
import { sendAnswer } from './answer.ts'
import { acceptedMediaType, formatResult, headersOfAnswers, prefersStream } from './answer-result.ts'
import type { ApiOptions } from './api-options.ts'
import { crossOriginHeaders } from './cross-origin.ts'
import { graphqlPath, type Yoga } from './graphql-over-http.ts'
import type { KnownDocuments } from './known-documents.ts'
import type { RateLimiter } from './limits/rate-limiter.ts'
import { rateHeadersOf } from './limits/use-rate-limits.ts'
import type { OperationContext } from './operation-context.ts'
import { documentIdOf } from './persisted-documents.ts'
import { wellFormed } from './refuse-malformed-parameters.ts'

interface Parts {
  readonly yoga: Yoga
  readonly known: KnownDocuments
  readonly admit: Admit
  readonly rates: RateLimiter
  readonly mask: (error: unknown) => GraphQLError
}

/**
 * Answers a query with a known document, without the layers that Yoga needs for all other requests. The answer is identical,
 * byte for byte, because it goes through the same plugins. Returns null if the request was answered. Otherwise Yoga has to
 * answer it, in the returned context: the request may already be admitted, and its body may already be read.
 */
export type AnswerKnownQuery = (request: IncomingMessage, response: ServerResponse) => Promise<OperationContext | null>

/** Queries are rarely longer. Yoga reads the bodies of longer requests. */
const maxBodyBytes = 64 * 1024

const jsonTypes = ['application/json', 'application/json; charset=utf-8', 'application/json;charset=utf-8']

export function openKnownQueries(options: ApiOptions, { yoga, known, admit, rates, mask }: Parts): AnswerKnownQuery {
  const { getEnveloped } = yoga
  const maxBytes = Math.min(maxBodyBytes, options.limits.bodyBytes)

  const execute = async ({ document, params }: KnownQuery, context: OperationContext): Promise<ExecutionResult> => {
    const { schema, contextFactory, execute } = getEnveloped(context)
    const contextValue = await contextFactory()
    const { variables: variableValues, operationName } = params
    return execute({ schema, document, contextValue, variableValues, operationName })
  }

  return async (request, response) => {
    const { accept = null, origin = null } = request.headers
    const mediaType = acceptedMediaType(accept)
    if (!isOrdinary(request, maxBytes) || mediaType === null || prefersStream(accept)) return {}
    const context: OperationContext = {}
    const crossOrigin = crossOriginHeaders(options, origin)
    const answer = (result: ExecutionResult) => {
      const { status, headers, body } = formatResult(result, mediaType)
      const length = { 'content-length': String(Buffer.byteLength(body)) }
      sendAnswer(response, {
        status,
        headers: { ...headers, ...crossOrigin, ...headersOfAnswers, ...rateHeadersOf(rates, context), ...length },
        body,
      })
    }
    const fail = (error: unknown) => answer({ errors: causesOf(error).map(mask) })
    try {
      await admit(request, response, context)
    } catch (error) {
      fail(error)
      return null
    }
    const body = await readBody(request)
    const query = readQuery(body, known, options)
    if (query === null) {
      // Yoga takes a body that was already read from this property.
      Object.assign(request, { body })
      return context
    }
    try {
      answer(await execute(query, context))
    } catch (error) {
      fail(error)
    }
    return null
  }
}

/** True if method, URL, and headers are those of an ordinary query. */
function isOrdinary({ method, url, headers }: IncomingMessage, maxBytes: number): boolean {
  const { 'content-type': type = '', 'content-length': length = '' } = headers
  return (
    method === 'POST' &&
    url === graphqlPath &&
    jsonTypes.includes(type) &&
    /^[1-9]\d*$/.test(length) &&
    Number(length) <= maxBytes &&
    headers['transfer-encoding'] === undefined &&
    headers['content-encoding'] === undefined &&
    headers.expect === undefined
  )
}

/** Rejects if the client disconnects before the whole body has arrived. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const disconnected = () => reject(new Error('The client disconnected.'))
    // The client may have disconnected while its credentials were checked.
    if (request.destroyed) return disconnected()
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', reject)
    request.once('close', disconnected)
  })
}

interface KnownQuery {
  readonly document: DocumentNode
  readonly params: GraphQLParams
}

/** Returns null for anything other than a query with a known document. */
function readQuery(body: Buffer, known: KnownDocuments, { persistedDocuments }: ApiOptions): KnownQuery | null {
  const params = paramsOf(body)
  if (params === null) return null
  const { byId, only } = persistedDocuments
  if (params.query && only) return null
  const text = params.query || byId.get(documentIdOf(params) ?? '')
  const document = text === undefined ? undefined : known.find(text)
  if (document === undefined) return null
  const isQuery = getOperationAST(document, params.operationName)?.operation === OperationTypeNode.QUERY
  return isQuery ? { document, params } : null
}

function paramsOf(body: Buffer): GraphQLParams | null {
  try {
    return wellFormed(JSON.parse(body.toString()))
  } catch {
    return null
  }
}

/** If several attempts to connect fail, Node throws one error that contains their errors. */
function causesOf(error: unknown): unknown[] {
  const { errors } = (error ?? {}) as { errors?: unknown }
  return Array.isArray(errors) ? errors.flatMap(causesOf) : [error]
}
