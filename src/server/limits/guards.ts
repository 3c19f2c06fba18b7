import type { ApiMetrics } from '../../metrics/api-metrics.ts'
import type { ApiOptions } from '../api-options.ts'
import type { ServerContext } from '../server-context.ts'
import { type FailedLogins, openFailedLogins } from './failed-logins.ts'
import { openPlaces, type Places } from './places.ts'
import { openRateLimiter, type RateLimiter } from './rate-limiter.ts'

/** Limits that keep one caller from using up the API at the expense of others, over every transport. */
export interface Guards {
  readonly logins: FailedLogins
  readonly rates: RateLimiter
  readonly sockets: Places
  readonly subscriptions: Places
}

/** The caller must close `rates`. */
export function openGuards(
  { rateWindows, log }: ServerContext,
  { rates, bounds, trustedProxies }: ApiOptions,
  metrics: ApiMetrics,
): Guards {
  return {
    logins: openFailedLogins({ trustedProxies, perAddress: bounds.failedLoginsPerAddress }),
    rates: openRateLimiter({ limits: rates, shared: rateWindows, log, refused: metrics.rateLimited }),
    sockets: openPlaces({ perToken: bounds.socketsPerToken, perWorkspace: bounds.socketsPerWorkspace }),
    subscriptions: openPlaces({
      perToken: bounds.subscriptionsPerToken,
      perWorkspace: bounds.subscriptionsPerWorkspace,
    }),
  }
}
