import type { IncomingMessage } from 'node:http'

/** A host name or address with an optional port. Everything that would end the host within a URL is excluded. */
const host = /^[^\s/?#@\\]+$/

/**
 * The URL that a request names, on a host of no meaning: only path and query count here. Null where the request line or the
 * Host header does not form a URL, since whatever comes later builds URLs of both.
 */
export function targetOf({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): URL | null {
  if (headers.host && !(host.test(headers.host) && URL.canParse(`http://${headers.host}/`))) return null
  // A proxy's form names the host as well. "*" and the like are not paths.
  const text = url.startsWith('/') ? `http://localhost${url}` : url
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null
}
