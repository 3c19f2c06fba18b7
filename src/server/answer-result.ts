import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql'
import type { Answer } from './answer.ts'

/** The media type of responses: https://graphql.github.io/graphql-over-http/, "Media Types". */
export const graphqlMediaType = 'application/graphql-response+json'
const legacyMediaType = 'application/json'
const streamMediaTypes = ['text/event-stream', 'multipart/mixed']

/** "Status Codes": data with errors is a partial success. */
const partialSuccess = 294
/** "Status Codes": a readable request that still cannot be executed. Limits count as validation rules of this server. */
const unprocessable = [
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
  'DEPTH_LIMIT',
  'COST_LIMIT',
  'ALIAS_LIMIT',
]

/** Returns the complete response to a query or mutation: status, media type, and body. */
export function formatResult(result: ExecutionResult, mediaType: string): Answer & { readonly body: string } {
  const { status, headers } = statusOf(result)
  // Legacy clients treat an error status as a transport failure unless the media type says otherwise.
  const isSuccess = status >= 200 && status < 300
  const { errors, extensions: { http: _http, ...extensions } = {}, ...shown } = result
  const body = {
    ...(errors !== undefined && { errors: errors.map(withoutTransport) }),
    ...shown,
    ...(Object.keys(extensions).length > 0 && { extensions }),
  }
  const contentType = `${isSuccess ? mediaType : graphqlMediaType}; charset=utf-8`
  return { status, headers: { ...headers, 'content-type': contentType }, body: JSON.stringify(body) }
}

interface HttpExtension {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

function statusOf({ data, errors = [] }: ExecutionResult): { status: number; headers: Record<string, string> } {
  const headers: Record<string, string> = {}
  const https = errors.map(({ extensions }) => (extensions.http ?? {}) as HttpExtension)
  for (const http of https) {
    for (const [name, value] of Object.entries(http.headers ?? {})) headers[name.toLowerCase()] = value
  }
  if (data !== undefined) return { status: errors.length === 0 ? 200 : partialSuccess, headers }
  const status = Math.max(400, ...https.map((http) => http.status ?? 0))
  return { status: status === 400 && errors.some(isUnprocessable) ? 422 : status, headers }
}

/** False for a body that is not JSON and a document that is not GraphQL. They are not even readable and get 400. */
function isUnprocessable({ extensions: { code, originalError } }: GraphQLError): boolean {
  return unprocessable.includes(String(code)) || (code === 'BAD_REQUEST' && originalError === undefined)
}

function withoutTransport(error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError {
  const { extensions, ...shown } = 'toJSON' in error ? error.toJSON() : error
  const { http: _http, unexpected: _unexpected, originalError: _originalError, ...others } = extensions ?? {}
  return { ...shown, extensions: others }
}

/** Headers for caches and browsers: a response belongs to one viewer, depends on the origin, and is data. */
export const headersOfAnswers = { 'cache-control': 'no-store', vary: 'Origin', 'x-content-type-options': 'nosniff' }

/** True if the client prefers a stream. It then receives even a failure as an event. */
export function prefersStream(accept: string | null): boolean {
  return /^\s*text\/event-stream/.test(accept ?? '')
}

/**
 * Returns the client's preferred media type for a response that is not a stream, or null if the client accepts neither this
 * nor a stream. Clients without a preference get plain JSON, which every tool displays.
 */
export function acceptedMediaType(accept: string | null): string | null {
  if (accept === null || accept.trim() === '') return legacyMediaType
  const ranges = accept
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
      const weight = Number(/^q=([\d.]+)$/.exec(parameters.find((part) => part.startsWith('q=')) ?? '')?.[1] ?? 1)
      return { type, weight }
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
  for (const { type } of ranges) {
    if (type === graphqlMediaType || type === legacyMediaType) return type
    if (type === '*/*' || type === 'application/*') return legacyMediaType
  }
  return ranges.some(({ type }) => streamMediaTypes.includes(type) || type === 'text/*') ? graphqlMediaType : null
}
