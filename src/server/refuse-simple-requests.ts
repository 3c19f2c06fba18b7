import { GraphQLError } from 'graphql'

const accepted = ['application/json', 'application/graphql+json'] as const

/**
 * Throws if a browser would send the POST request to another origin without a preflight. This prevents cross-site request
 * forgery (CSRF), so content types that HTML forms can send are not accepted.
 */
export function refuseSimpleRequest({ method, headers }: Request): void {
  if (method !== 'POST') return
  const contentType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (accepted.some((type) => type === contentType)) return
  throw new GraphQLError('Send the operation as application/json.', {
    extensions: { code: 'UNSUPPORTED_MEDIA_TYPE', http: { status: 415, headers: { accept: accepted[0] } } },
  })
}
