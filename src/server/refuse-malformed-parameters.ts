import { GraphQLError } from 'graphql'
import type { GraphQLParams } from 'graphql-yoga'
import { z } from 'zod'
import { acceptedMediaType } from './answer-result.ts'

/** Throws if a JSON parameter of a GET request is not valid JSON. The body of a POST request is checked by `wellFormed`. */
export function refuseMalformedParameters({ method, url }: Request): void {
  if (method !== 'GET') return
  const parameters = new URL(url).searchParams
  for (const name of ['variables', 'extensions']) {
    const text = parameters.get(name)
    if (text !== null && text !== '') requireJson(name, text)
  }
}

function requireJson(name: string, text: string): void {
  try {
    JSON.parse(text)
  } catch {
    throw malformed(`The parameter "${name}" is not JSON.`)
  }
}

/** Throws before execution if the client accepts none of the media types of this server. */
export function refuseUnacceptable({ headers }: Request): void {
  if (acceptedMediaType(headers.get('accept')) !== null) return
  throw notAcceptable('This API answers with application/graphql-response+json or application/json.')
}

export function notAcceptable(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'NOT_ACCEPTABLE', http: { status: 406 } } })
}

const map = z.record(z.string(), z.unknown()).nullish()
const parameters = z.object({
  query: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: map,
  extensions: map,
  documentId: z.string().nullish(),
})

/**
 * Returns the parameters of the specification and drops all others, as the specification requires. Throws if one of them has
 * the wrong type.
 */
export function wellFormed(given: unknown): GraphQLParams {
  const { data, error } = parameters.safeParse(given)
  if (data !== undefined) return data as GraphQLParams
  const [name] = error.issues[0]?.path ?? []
  throw malformed(
    name === undefined
      ? 'Send a JSON object with "query", and "variables" if the operation has any.'
      : `"${String(name)}" has the wrong type: "query" and "operationName" are strings, "variables" is an object.`,
  )
}

function malformed(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } })
}
