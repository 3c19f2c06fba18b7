import type { CallWindows, Place, WindowLimit } from '../broker/call-windows.ts'
import { HubSpotRateLimitedError } from './errors.ts'
import type { HttpHeaders } from './http.ts'
import { pause } from './pause.ts'
import { Turnstile } from './turnstile.ts'

/** `search` and `associations` have limits of their own, in search's case instead of the general one. */
export type CallKind = 'general' | 'search' | 'associations'

/** A portal's share of calls, which all processes of this app take from. */
export interface CallBudget {
  /**
   * Waits until the portal's share has a call left, and takes it. Rejects with the signal's reason when it aborts, and
   * with HubSpotRateLimitedError where HubSpot named a time that is too far away to wait for. An urgent call goes before
   * others of this process.
   */
  take(portalId: bigint, kind: CallKind, signal?: AbortSignal, isUrgent?: boolean): Promise<CallTurn>
  /** Hears what a successful answer tells about the portal's limits. */
  answered(portalId: bigint, kind: CallKind, headers: HttpHeaders): void
  /** HubSpot refused a call for the limit that `policy` names: nobody may call for so long. */
  refused(portalId: bigint, kind: CallKind, forMs: number, policy: string): Promise<void>
}

/** A call that may be sent now. */
export interface CallTurn {
  /** The call was answered, or is given up. Until it is told so, the budget has to take it for one still under way. */
  end(): void
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
/** So many calls of a process have a place before their time: the next, and the one after it, so that no time is lost. */
const turnsAhead = 2
/** For clocks that round. */
const clockMs = 3
const untold: CallTurn = { end: () => {} }
/**
 * HubSpot counts a call when it arrives, which is known once it is answered: until then it may still be under way. So long
 * after its turn it is taken to have arrived, in case nobody lives to tell.
 */
const longestWayMs = 10_000
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
  /** Who waits there has no place in the shared windows yet, so that an urgent call can still go before. */
  readonly #turnstiles = new Map<CallKind, Turnstile>()

  turnstile(kind: CallKind): Turnstile {
    const found = this.#turnstiles.get(kind) ?? new Turnstile(turnsAhead)
    this.#turnstiles.set(kind, found)
    return found
  }

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
    const { ceiling, intervalMs } = limitsOf(portalId)
    const [calls, windowMs] =
      kind === 'search'
        ? [searchesPerSecond, 1_000]
        : kind === 'associations'
          ? [associationsCeiling, associationsIntervalMs]
          : [ceiling ?? usualCeiling, intervalMs]
    return { key: keyOf(portalId, kind), calls: Math.max(1, Math.floor((calls * sharePercent) / 100)), windowMs }
  }
  const windowsOf = (portalId: bigint, kind: CallKind): WindowLimit[] => {
    const own = windowOf(portalId, kind)
    if (kind === 'general') return [own]
    const general = windowOf(portalId, 'general')
    return [kind === 'search' ? { ...general, calls: null } : general, own]
  }

  const settle = (taken: readonly WindowLimit[], place: Place, lateMs: number | null) => {
    // Left unsettled, a place comes free by itself, only later.
    windows.settle(taken, place, lateMs).catch(() => {})
  }
  /** `from` is no later than the moment of the place, by this process's clock. */
  const turnAt = (taken: readonly WindowLimit[], place: Place, from: number): CallTurn => ({
    // HubSpot has counted the call by now. How much earlier cannot be told, and what is given away is the time of an answer
    // in each ten seconds.
    end: () => settle(taken, place, performance.now() - from + clockMs),
  })

  const takeTurn = async (portalId: bigint, kind: CallKind, signal?: AbortSignal): Promise<CallTurn> => {
    const limits = limitsOf(portalId)
    for (;;) {
      signal?.throwIfAborted()
      if (limits.isFree(kind)) return untold
      const asked = performance.now()
      const taken = windowsOf(portalId, kind)
      const turn = await windows.take(taken, { horizonMs, unsettledMs: longestWayMs })
      if (turn.granted) {
        try {
          // From the answer on, since the broker's clock may be that much ahead of the question.
          await nap(performance.now() + turn.inMs, () => limits.isFree(kind), signal)
        } catch (error) {
          settle(taken, turn.place, null)
          throw error
        }
        return turnAt(taken, turn.place, asked + turn.inMs)
      }
      if (turn.heldFor !== null && turn.retryAfterMs > longestHoldMs) {
        throw new HubSpotRateLimitedError(turn.retryAfterMs, turn.heldFor)
      }
      await pause(Math.min(turn.retryAfterMs, longestNapMs), signal)
    }
  }

  return {
    take: async (portalId, kind, signal, isUrgent = false) => {
      const limits = limitsOf(portalId)
      if (limits.isFree(kind)) return untold
      return limits.turnstile(kind).pass(isUrgent, signal, () => takeTurn(portalId, kind, signal))
    },
    answered: (portalId, kind, headers) => {
      const limits = limitsOf(portalId)
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

/** Waits until `at`, unless `isOver` before. */
async function nap(at: number, isOver: () => boolean, signal?: AbortSignal): Promise<void> {
  for (let left = at - performance.now(); left > 0 && !isOver(); left = at - performance.now()) {
    await pause(Math.min(left, longestNapMs), signal)
  }
}
