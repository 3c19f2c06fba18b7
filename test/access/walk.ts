import type { GraphQLFailure } from '../support/graphql/post.ts'

export interface WalkAnswer {
  readonly status: number
  readonly data: unknown
  readonly errors: readonly GraphQLFailure[]
  /** The answer as received. */
  readonly text: string
}

/** Sends an operation. For a subscription, returns the first event. */
export async function walk(url: string, query: string, token?: string): Promise<WalkAnswer> {
  const isSubscription = query.startsWith('subscription')
  const leaving = new AbortController()
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: isSubscription ? 'text/event-stream' : 'application/graphql-response+json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  const text = isStream ? await firstEvent(response) : await response.text()
  leaving.abort()
  const { data = null, errors = [] } = text === '' ? {} : JSON.parse(text)
  return { status: response.status, data, errors, text }
}

/** The first event of the server. Empty if nothing arrives for a while. */
async function firstEvent(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const silence = new Promise<{ value: undefined }>((resolve) => setTimeout(resolve, 500, { value: undefined }))
  let text = ''
  for (;;) {
    const chunk = await Promise.race([reader?.read(), silence])
    if (chunk?.value === undefined) return ''
    text += new TextDecoder().decode(chunk.value)
    const event = /^event: next\ndata: (.*)\n\n/m.exec(text)?.[1]
    if (event !== undefined) return event
  }
}

export interface Place {
  /** `Type.field` */
  readonly coordinate: string
  readonly value: unknown
}

/** All fields in an answer. The keys in the walk's operations contain their types. */
export function placesOf(data: unknown): Place[] {
  if (Array.isArray(data)) return data.flatMap(placesOf)
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([key, value]) => {
    const [type, field] = key.split('__')
    // Anything inside a scalar is not a field.
    return type && field ? [{ coordinate: `${type}.${field}`, value }, ...placesOf(value)] : []
  })
}
