import type { TypedDocumentString } from '../../../client/generated/graphql.ts'

export interface RequestOptions {
  readonly token?: string
  /** Value of x-workspace-id. */
  readonly workspaceId?: string
  readonly headers?: Record<string, string>
}

export interface GraphQLAnswer<R> {
  readonly status: number
  readonly headers: Headers
  readonly data: R | null
  readonly errors: readonly GraphQLFailure[]
}

export interface GraphQLFailure {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Record<string, unknown> & { code?: string }
}

/** Sends an operation with types from codegen. */
export function post<R, V>(url: string, document: TypedDocumentString<R, V>, variables: V, options?: RequestOptions) {
  return postBody<R>(url, { query: document.toString(), variables }, options)
}

/** Sends any body. */
export async function postBody<R = unknown>(
  url: string,
  body: unknown,
  { token, workspaceId, headers }: RequestOptions = {},
): Promise<GraphQLAnswer<R>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(workspaceId === undefined ? {} : { 'x-workspace-id': workspaceId }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const { data = null, errors = [] } = (await response.json()) as { data?: R; errors?: GraphQLFailure[] }
  return { status: response.status, headers: response.headers, data, errors }
}
