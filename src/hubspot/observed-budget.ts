import type { CallBudget } from './call-budget.ts'
import type { HttpHeaders } from './http.ts'

/** What an answer said of the portal's limits; null where it said nothing, as HubSpot does of days to OAuth apps. */
export interface SeenBudget {
  readonly limitPerInterval: number | null
  readonly remaining: number | null
  readonly intervalMs: number | null
  readonly dailyLimit: number | null
  readonly dailyRemaining: number | null
}

/** One answer in so long is told of; they come by the hundred. */
const tellEveryMs = 5_000

/** The budget, with `tell` hearing now and then what HubSpot's answers say of a portal's limits. */
export function observedBudget(budget: CallBudget, tell: (portalId: bigint, seen: SeenBudget) => void): CallBudget {
  const toldAt = new Map<bigint, number>()
  return {
    ...budget,
    answered: (portalId, kind, headers) => {
      budget.answered(portalId, kind, headers)
      const seen = seenIn(headers)
      const now = performance.now()
      if (seen === null || now - (toldAt.get(portalId) ?? -tellEveryMs) < tellEveryMs) return
      toldAt.set(portalId, now)
      tell(portalId, seen)
    },
  }
}

function seenIn(headers: HttpHeaders): SeenBudget | null {
  const numberIn = (name: string) => {
    const value = headers[`x-hubspot-ratelimit-${name}`]
    return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : null
  }
  const seen = {
    limitPerInterval: numberIn('max'),
    remaining: numberIn('remaining'),
    intervalMs: numberIn('interval-milliseconds'),
    dailyLimit: numberIn('daily'),
    dailyRemaining: numberIn('daily-remaining'),
  }
  return Object.values(seen).every((value) => value === null) ? null : seen
}
