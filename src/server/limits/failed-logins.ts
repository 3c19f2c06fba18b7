import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { AuthenticationError } from '../../auth/authentication-error.ts'
import { rateLimited } from './rate-refusal.ts'

export interface FailedLogins {
  /**
   * Authenticates a request. If the address of the request has sent too many invalid tokens, throws RATE_LIMITED instead.
   */
  count<T>(request: IncomingMessage, authenticate: () => Promise<T>): Promise<T>
}

const windowSeconds = 60
const tooMany = 'This address has sent too many invalid tokens.'

/** Does not count if `trustedProxies` is null, since the address of a client is then unknown. */
export function openFailedLogins({
  trustedProxies,
  perAddress,
}: {
  readonly trustedProxies: number | null
  readonly perAddress: number
}): FailedLogins {
  if (trustedProxies === null) return { count: (_request, authenticate) => authenticate() }
  const failures = new RateLimiterMemory({ points: perAddress, duration: windowSeconds })
  return {
    count: async (request, authenticate) => {
      const network = networkOf(addressOf(request, trustedProxies))
      const known = await failures.get(network)
      if (known !== null && known.consumedPoints >= perAddress)
        throw rateLimited(tooMany, 'ADDRESS', known.msBeforeNext)
      try {
        return await authenticate()
      } catch (error) {
        if (error instanceof AuthenticationError && error.code === 'UNAUTHENTICATED') await failures.penalty(network)
        throw error
      }
    },
  }
}

/** Each proxy appends the address of its caller. Everything before that comes from the client and is not trusted. */
function addressOf({ headers, socket }: IncomingMessage, trustedProxies: number): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
  const hops = [...forwarded, socket.remoteAddress ?? '']
  return hops.at(-1 - trustedProxies) ?? hops[0] ?? ''
}

/** An IPv4 address, or the first 64 bits of an IPv6 address, since one client usually owns such a network. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter((group) => group !== '').length
  const all = [...groups, ...Array(missing).fill('0'), ...(tail?.split(':') ?? [])]
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
