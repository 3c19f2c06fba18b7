/** The broker did not answer when the process started. The message says which broker and what to check. */
export class BrokerUnreachableError extends Error {
  override name = 'BrokerUnreachableError'

  constructor(kind: 'redis' | 'postgres', address: string, options: ErrorOptions) {
    const reason = options.cause instanceof Error ? ` (${options.cause.message || options.cause.name})` : ''
    super(`${kind === 'redis' ? redisMessage(address) : postgresMessage(address)}${reason}`, options)
  }
}

const redisMessage = (address: string) =>
  `Redis at ${address} does not answer. Start it, correct REDIS_URL, or unset REDIS_URL to let PostgreSQL carry the queue`

const postgresMessage = (address: string) =>
  `PostgreSQL at ${address}, which carries the queue while REDIS_URL is not set, does not answer. Start it or correct DATABASE_URL`

/** Scheme, hosts, ports, and path of a URL: the parts that may appear in a message or a log line. */
export function addressOf(url: string): string {
  const [, scheme = '', authority = '', path = ''] = /^([^:]*:\/\/)([^/?#]*)([^?#]*)/.exec(url) ?? []
  return `${scheme}${authority.slice(authority.lastIndexOf('@') + 1)}${path}`
}
