import { GraphQLError } from 'graphql'

const accepted = ['application/json', 'application/graphql+json'] as const

/**
 * Throws unless a request by POST is one that a browser sends to another origin only after asking it (a preflight): a
 * page elsewhere must not act for its visitor (CSRF). What forms can send is therefore not accepted.
 */
export function refuseSimpleRequest({ method, headers }: Request): void {
  if (method !== 'POST') return
  const contentType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (accepted.some((type) => type === contentType)) return
  throw new GraphQLError('Send the operation as application/json.', {
    extensions: { code: 'UNSUPPORTED_MEDIA_TYPE', http: { status: 415, headers: { accept: accepted[0] } } },
  })
}
