import { GraphQLError } from 'graphql'
import type { RateLimiter, RateStanding } from './rate-limiter.ts'

/** An error that says when to try again: in its message, in its extensions, and in the Retry-After header. */
export function rateLimited(why: string, limitedBy: 'TOKEN' | 'WORKSPACE' | 'ADDRESS', endsInMs: number): GraphQLError {
  const seconds = secondsUntil(endsInMs)
  return new GraphQLError(`${why} Try again in ${seconds === 1 ? '1 second' : `${seconds} seconds`}.`, {
    extensions: {
      code: 'RATE_LIMITED',
      limitedBy,
      retryAfterSeconds: seconds,
      http: { status: 429, headers: { 'Retry-After': String(seconds) } },
    },
  })
}

/** The error of an operation that costs this number of points. */
export function rateRefusal({ name, limit, remaining, endsInMs }: RateStanding, points: number): GraphQLError {
  const why =
    remaining === 0
      ? `This ${name} has used all of its ${limit} points.`
      : `The operation costs ${points} points, and this ${name} has ${remaining} of its ${limit} points left.`
  return rateLimited(why, name === 'token' ? 'TOKEN' : 'WORKSPACE', endsInMs)
}

/** The state that `extensions.cost` and `connection_ack` report: that of the limit with fewer points left. */
export function rateExtension([token, workspace]: readonly [RateStanding, RateStanding]) {
  const { limit, remaining, endsInMs } = token.remaining <= workspace.remaining ? token : workspace
  return { limit, remaining, resetAt: new Date(Date.now() + endsInMs).toISOString() }
}

/** Header fields of draft-ietf-httpapi-ratelimit-headers-10. */
export function rateHeaders(
  { perToken, perWorkspace, windowSeconds }: RateLimiter['limits'],
  standings: readonly RateStanding[],
): Record<'ratelimit-policy' | 'ratelimit', string> {
  return {
    'ratelimit-policy': `"token";q=${perToken};w=${windowSeconds}, "workspace";q=${perWorkspace};w=${windowSeconds}`,
    ratelimit: standings
      .map((standing) => `"${standing.name}";r=${standing.remaining};t=${secondsUntil(standing.endsInMs)}`)
      .join(', '),
  }
}

/** At least 1, since a client that tries again immediately may be too early. */
function secondsUntil(endsInMs: number): number {
  return Math.max(1, Math.ceil(endsInMs / 1_000))
}
