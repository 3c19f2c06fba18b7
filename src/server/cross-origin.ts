import type { Plugin } from 'graphql-yoga'
import type { ApiOptions } from './api-options.ts'

type Options = Pick<ApiOptions, 'corsOrigins'>

/**
 * Headers that allow a page of another origin to read a response. Without a list of origins, no page can. Browsers never
 * send credentials by themselves.
 */
export function crossOriginHeaders({ corsOrigins }: Options, origin: string | null): Record<string, string> {
  if (origin === null || !(corsOrigins.includes(origin) || corsOrigins.includes('*'))) return {}
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type, x-workspace-id',
    'access-control-expose-headers': 'RateLimit, RateLimit-Policy, Retry-After',
    'access-control-max-age': '600',
  }
}

/** Answers preflights, and adds the headers to every response. */
export function useCrossOrigin(options: Options): Plugin {
  return {
    onRequest: ({ request, fetchAPI: { Response }, endResponse }) => {
      if (request.method !== 'OPTIONS') return
      // Without a length, some browsers wait for a body.
      endResponse(new Response(null, { status: 204, headers: { 'content-length': '0' } }))
    },
    onResponse: ({ request, response }) => {
      const headers = crossOriginHeaders(options, request.headers.get('origin'))
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    },
  }
}
