import type { IncomingMessage } from 'node:http'

/** A host name or address with an optional port. Excludes every character that would end the host within a URL. */
const host = /^[^\s/?#@\\]+$/

/**
 * The URL of a request, with a placeholder host, since only path and query matter. Null if the request line or the Host
 * header does not form a URL, since later code builds URLs from both.
 */
export function targetOf({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): URL | null {
  if (headers.host && !(host.test(headers.host) && URL.canParse(`http://${headers.host}/`))) return null
  // A request through a proxy contains the host as well. "*" and the like are not paths.
  const text = url.startsWith('/') ? `http://localhost${url}` : url
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null
}
