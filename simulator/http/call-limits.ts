import type { SimulatedPortal } from '../portal/portal.ts'
import type { LimitPolicy } from './hubspot-problem.ts'
import { SlidingWindow } from './sliding-window.ts'

/** The budgets from which a call is taken. */
export type CallBudget = 'general' | 'search' | 'associations'

export type LimitVerdict = { refusedBy: LimitPolicy | null; headers: Record<string, string> }

const TEN_SECONDS = 10_000
const SECOND = 1_000
const NO_HEADERS: Record<string, string> = {}

/** The budgets of one app in one portal. */
export class CallLimits {
  readonly #rolling = new SlidingWindow(TEN_SECONDS)
  readonly #associations = new SlidingWindow(TEN_SECONDS)
  readonly #search = new SlidingWindow(SECOND)
  #day = ''
  #callsToday = 0

  take({ settings }: SimulatedPortal, budget: CallBudget, now: number): LimitVerdict {
    if (settings.dailyLimit !== null && this.#takeDaily(settings.dailyLimit, settings.timeZone, now)) {
      return { refusedBy: 'DAILY', headers: NO_HEADERS }
    }
    if (budget === 'search') {
      const limit = settings.searchPerSecond
      const allowed = limit === null || this.#search.take(limit, now).allowed
      return { refusedBy: allowed ? null : 'SECONDLY', headers: NO_HEADERS }
    }
    if (budget === 'associations' && settings.associationRateLimit !== null) {
      const { allowed } = this.#associations.take(settings.associationRateLimit, now)
      if (!allowed) return { refusedBy: 'TEN_SECONDLY_ROLLING', headers: NO_HEADERS }
    }
    const daily = settings.dailyLimit === null ? NO_HEADERS : this.#dailyHeaders(settings.dailyLimit)
    if (settings.rateLimit === null) return { refusedBy: null, headers: daily }
    this.#rolling.spanMs = settings.rateIntervalMs
    const { allowed, remaining } = this.#rolling.take(settings.rateLimit, now)
    const headers = {
      ...daily,
      'x-hubspot-ratelimit-max': String(settings.rateLimit),
      'x-hubspot-ratelimit-remaining': String(remaining),
      'x-hubspot-ratelimit-interval-milliseconds': String(settings.rateIntervalMs),
    }
    return { refusedBy: allowed ? null : 'TEN_SECONDLY_ROLLING', headers }
  }

  #dailyHeaders(limit: number): Record<string, string> {
    return {
      'x-hubspot-ratelimit-daily': String(limit),
      'x-hubspot-ratelimit-daily-remaining': String(limit - this.#callsToday),
    }
  }

  #takeDaily(limit: number, timeZone: string, now: number): boolean {
    const day = new Intl.DateTimeFormat('en-CA', { timeZone }).format(now)
    if (day !== this.#day) {
      this.#day = day
      this.#callsToday = 0
    }
    if (this.#callsToday >= limit) return true
    this.#callsToday++
    return false
  }
}
