/** A request to HubSpot without its credentials. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** Path and query, as built by `paths.ts`. */
  readonly path: string
  /** What the call requests, in words for a message to people. */
  readonly what?: string
  readonly body?: HttpBody
}

export interface HttpBody {
  readonly type: 'application/json' | 'application/x-www-form-urlencoded'
  readonly text: string
}

/** Header names are in lower case. */
export type HttpHeaders = Readonly<Record<string, string | string[] | undefined>>

export interface HttpAnswer {
  readonly status: number
  readonly headers: HttpHeaders
  /** The body as received: JSON, a web page, or nothing. */
  readonly body: Buffer
}

/**
 * Sends a request once. Always settles within its own deadline. Rejects with the signal's reason or with the network's
 * error.
 */
export type Send = (
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
) => Promise<HttpAnswer>

export const jsonBody = (value: unknown): HttpBody => ({ type: 'application/json', text: JSON.stringify(value) })

export const formBody = (fields: Readonly<Record<string, string>>): HttpBody => ({
  type: 'application/x-www-form-urlencoded',
  text: new URLSearchParams(fields).toString(),
})

/** The request in words for a message: without query and body. */
export const describeRequest = ({ method, path, what }: HttpRequest): string => {
  const call = `${method} ${path.split('?', 1)[0]}`
  return what === undefined ? call : `${what} (${call})`
}
