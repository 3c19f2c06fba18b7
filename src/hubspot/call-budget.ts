import type { RateLimit, RateLimiter } from '../broker/rate-limiter.ts'
import type { HttpHeaders } from './http.ts'
import { pause } from './pause.ts'

/** `search` and `associations` have limits of their own, in search's case instead of the general one. */
export type CallKind = 'general' | 'search' | 'associations'

/** A portal's share of calls, which all processes of this app take from. */
export interface CallBudget {
  /** Waits until the portal's share has a call left, and takes it. Rejects with the signal's reason when it aborts. */
  take(portalId: bigint, kind: CallKind, signal?: AbortSignal): Promise<void>
  /** Hears what a successful answer tells about the portal's limits. */
  answered(portalId: bigint, kind: CallKind, headers: HttpHeaders): void
  /** HubSpot refused a call for its limits: nobody may call for so long. */
  refused(portalId: bigint, kind: CallKind, forMs: number): Promise<void>
}

/** What HubSpot grants an OAuth app in each portal that installs it, per 10 seconds, until an answer says otherwise. */
const usualCeiling = 110
const associationsCeiling = 100
const searchesPerSecond = 5
/** From here on a limit is as good as none. */
const noLimitFrom = 10_000
/** A wait is looked at again this often, since the first answer may lift the limit meanwhile. */
const longestNapMs = 250

/**
 * HubSpot counts over the last 10 seconds at any moment; the shared limiter counts in windows that follow each other.
 * Such windows of 1 second with an 11th of the ceiling each keep HubSpot's limit wherever its 10 seconds begin, since
 * they can touch no more than 11 of them. That costs a tenth of the share, where one window of 10 seconds could spend two
 * shares around its edge.
 */
const perSecond = (ceiling: number) => Math.max(1, Math.floor(ceiling / 11))

/** What this process knows about the limits of a portal. */
class PortalLimits {
  /** Calls per 10 seconds; null where HubSpot's answers name no limit. */
  ceiling: number | null = usualCeiling
  /** A limit was named or met before, so an answer that names none says nothing. */
  isLimited = false
  readonly refusedKinds = new Set<CallKind>()

  /** Calls per second, or null for as many as anyone likes. */
  allowed(kind: CallKind): number | null {
    if (this.ceiling === null && !this.refusedKinds.has(kind)) return null
    // Its last second touches two windows.
    if (kind === 'search') return Math.floor(searchesPerSecond / 2)
    return perSecond(kind === 'associations' ? associationsCeiling : (this.ceiling ?? usualCeiling))
  }
}

/** Budgets over a limiter that the processes share; `appId` because HubSpot counts per app and portal. */
export function sharedCallBudget(openLimiter: (limit: RateLimit) => RateLimiter, appId: string): CallBudget {
  const limiters = new Map<string, RateLimiter>()
  const portals = new Map<bigint, PortalLimits>()

  const limiterFor = (kind: CallKind, requests: number): RateLimiter => {
    const key = `${kind}/${requests}`
    const found = limiters.get(key) ?? openLimiter({ name: `hubspot-${kind}`, requests, perSeconds: 1 })
    limiters.set(key, found)
    return found
  }
  const limitsOf = (portalId: bigint): PortalLimits => {
    const found = portals.get(portalId) ?? new PortalLimits()
    portals.set(portalId, found)
    return found
  }
  const keyOf = (portalId: bigint) => `${appId}/${portalId}`

  const takeFrom = async (portalId: bigint, kind: CallKind, signal?: AbortSignal) => {
    for (;;) {
      signal?.throwIfAborted()
      const requests = limitsOf(portalId).allowed(kind)
      if (requests === null) return
      const attempt = await limiterFor(kind, requests).tryTake(keyOf(portalId))
      if (attempt.taken) return
      await pause(Math.min(attempt.retryAfterMs, longestNapMs), signal)
    }
  }

  return {
    take: async (portalId, kind, signal) => {
      if (kind !== 'search') await takeFrom(portalId, 'general', signal)
      if (kind !== 'general') await takeFrom(portalId, kind, signal)
    },
    answered: (portalId, kind, headers) => {
      if (kind !== 'general') return
      const limits = limitsOf(portalId)
      const max = Number(headers['x-hubspot-ratelimit-max'])
      if (max >= 1) {
        limits.ceiling = max < noLimitFrom ? max : null
        limits.isLimited = max < noLimitFrom
      } else if (!limits.isLimited) {
        limits.ceiling = null
      }
    },
    refused: async (portalId, kind, forMs) => {
      const limits = limitsOf(portalId)
      limits.refusedKinds.add(kind)
      if (kind === 'general') {
        limits.ceiling ??= usualCeiling
        limits.isLimited = true
      }
      const requests = limits.allowed(kind)
      if (requests !== null && forMs > 0) await limiterFor(kind, requests).hold(keyOf(portalId), forMs)
    },
  }
}
