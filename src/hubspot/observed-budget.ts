import type { CallBudget } from './call-budget.ts'
import type { HttpHeaders } from './http.ts'

/**
 * The portal's limits as reported in an answer. Null if the answer did not report them, which is the case for the daily
 * limits of OAuth apps.
 */
export interface SeenBudget {
  readonly limitPerInterval: number | null
  readonly remaining: number | null
  readonly intervalMs: number | null
  readonly dailyLimit: number | null
  readonly dailyRemaining: number | null
}

/** Minimum interval between two reports, since answers arrive by the hundred. */
const tellEveryMs = 5_000

/** Wraps the budget and calls `tell` from time to time with what HubSpot's answers say about a portal's limits. */
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
