import type { CallWindows, WindowLimit } from '../broker/call-windows.ts'
import { ArrivalSpread } from './arrival-spread.ts'
import { HubSpotRateLimitedError } from './errors.ts'
import type { HttpHeaders } from './http.ts'
import { pause } from './pause.ts'

/** `search` and `associations` have limits of their own, in search's case instead of the general one. */
export type CallKind = 'general' | 'search' | 'associations'

/** A portal's share of calls, which all processes of this app take from. */
export interface CallBudget {
  /**
   * Waits until the portal's share has a call left, and takes it. Rejects with the signal's reason when it aborts, and
   * with HubSpotRateLimitedError where HubSpot named a time that is too far away to wait for.
   */
  take(portalId: bigint, kind: CallKind, signal?: AbortSignal): Promise<void>
  /** Hears what a successful answer tells about the portal's limits, and how long it took. */
  answered(portalId: bigint, kind: CallKind, headers: HttpHeaders, tookMs: number): void
  /** HubSpot refused a call for the limit that `policy` names: nobody may call for so long. */
  refused(portalId: bigint, kind: CallKind, forMs: number, policy: string): Promise<void>
}

export interface CallBudgetOptions {
  /** HubSpot counts per app and portal. */
  readonly appId: string
  /** How much of each portal's limits to use, in percent; the rest is left to the customer's other tools. */
  readonly sharePercent?: number
}

/** What HubSpot grants an OAuth app in each portal that installs it, until an answer says otherwise. */
const usualCeiling = 110
const usualIntervalMs = 10_000
const associationsCeiling = 100
const associationsIntervalMs = 10_000
const searchesPerSecond = 5
/** From here on a limit is as good as none. */
const noLimitFrom = 10_000
/** A wait is looked at again this often, since the first answer may lift the limit meanwhile. */
const longestNapMs = 250
/** Places are kept no further ahead, so that what HubSpot says meanwhile still counts. */
const horizonMs = 1_000
/** A longer wait is the run's to make, which gives its worker back meanwhile. */
const longestHoldMs = 30_000
/** After a refusal for hours, one call in so long tries whether HubSpot takes calls again: its limit may be raised. */
const tryAgainMs = 60_000

/** What this process knows about the limits of a portal. */
class PortalLimits {
  /** Calls per interval; null where HubSpot's answers name no limit. */
  ceiling: number | null = usualCeiling
  intervalMs = usualIntervalMs
  /** A limit was named or met before, so an answer that names none says nothing. */
  isLimited = false
  readonly refusedKinds = new Set<CallKind>()
  readonly spread = new ArrivalSpread()

  isFree(kind: CallKind): boolean {
    return this.ceiling === null && !this.refusedKinds.has(kind)
  }
}

/** Budgets over windows that the processes share. */
export function sharedCallBudget(windows: CallWindows, { appId, sharePercent = 100 }: CallBudgetOptions): CallBudget {
  const portals = new Map<bigint, PortalLimits>()
  const limitsOf = (portalId: bigint): PortalLimits => {
    const found = portals.get(portalId) ?? new PortalLimits()
    portals.set(portalId, found)
    return found
  }
  const keyOf = (portalId: bigint, kind: CallKind) => `hubspot-${kind}:${appId}/${portalId}`
  const windowOf = (portalId: bigint, kind: CallKind): WindowLimit => {
    const { ceiling, intervalMs, spread } = limitsOf(portalId)
    const [calls, ms] =
      kind === 'search'
        ? [searchesPerSecond, 1_000]
        : kind === 'associations'
          ? [associationsCeiling, associationsIntervalMs]
          : [ceiling ?? usualCeiling, intervalMs]
    // The windows count calls when they may be sent, and HubSpot when they arrive.
    return { key: keyOf(portalId, kind), calls: shareOf(calls, sharePercent), windowMs: ms + spread.marginMs }
  }
  const windowsOf = (portalId: bigint, kind: CallKind): WindowLimit[] => {
    const own = windowOf(portalId, kind)
    if (kind === 'general') return [own]
    const general = windowOf(portalId, 'general')
    return [kind === 'search' ? { ...general, calls: null } : general, own]
  }

  return {
    take: async (portalId, kind, signal) => {
      const limits = limitsOf(portalId)
      for (;;) {
        signal?.throwIfAborted()
        if (limits.isFree(kind)) return
        const asked = performance.now()
        const turn = await windows.take(windowsOf(portalId, kind), horizonMs)
        if (turn.granted) {
          const at = asked + turn.inMs
          await nap(at, () => limits.isFree(kind), signal)
          limits.spread.late(performance.now() - at)
          return
        }
        if (turn.heldFor !== null && turn.retryAfterMs > longestHoldMs) {
          throw new HubSpotRateLimitedError(turn.retryAfterMs, turn.heldFor)
        }
        await pause(Math.min(turn.retryAfterMs, longestNapMs), signal)
      }
    },
    answered: (portalId, kind, headers, tookMs) => {
      const limits = limitsOf(portalId)
      limits.spread.answered(tookMs)
      if (kind !== 'general') return
      const max = Number(headers['x-hubspot-ratelimit-max'])
      if (max >= 1) {
        limits.ceiling = max < noLimitFrom ? max : null
        limits.isLimited = max < noLimitFrom
        const intervalMs = Number(headers['x-hubspot-ratelimit-interval-milliseconds'])
        if (intervalMs >= 1) limits.intervalMs = intervalMs
      } else if (!limits.isLimited) {
        limits.ceiling = null
      }
    },
    refused: async (portalId, kind, forMs, policy) => {
      const limits = limitsOf(portalId)
      limits.refusedKinds.add(kind)
      // What lasts so long is said of the portal as a whole.
      const heldKind = forMs > longestHoldMs ? 'general' : kind
      if (heldKind === 'general') {
        limits.ceiling ??= usualCeiling
        limits.isLimited = true
      }
      if (forMs <= 0) return
      await windows.hold(keyOf(portalId, heldKind), { forMs, reason: policy, forgottenAfterMs: tryAgainMs })
    },
  }
}

/** One call less than HubSpot allows, for a call that is later than any before it. */
function shareOf(calls: number, percent: number): number {
  const share = Math.floor((calls * percent) / 100)
  return Math.max(1, share > 20 ? share - 1 : share)
}

/** Waits until `at`, unless `isOver` before. */
async function nap(at: number, isOver: () => boolean, signal?: AbortSignal): Promise<void> {
  for (let left = at - performance.now(); left > 0 && !isOver(); left = at - performance.now()) {
    await pause(Math.min(left, longestNapMs), signal)
  }
}
