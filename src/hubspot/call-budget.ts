import type { CallWindows, Place, WindowLimit } from '../broker/call-windows.ts'
import { HubSpotBusyError, HubSpotRateLimitedError } from './errors.ts'
import type { HttpHeaders } from './http.ts'
import { pause } from './pause.ts'
import { type CallKind, PortalLimits } from './portal-limits.ts'
import type { Requester } from './requester.ts'
import { Turnstile } from './turnstile.ts'
import { DeadlineError, withinDeadline } from './within-deadline.ts'

export type { CallKind } from './portal-limits.ts'

/** A portal's share of calls. All processes of this app take from it. */
export interface CallBudget {
  /**
   * Waits until the portal's share has a call left, and takes it. Rejects with the signal's reason if it aborts, with
   * HubSpotRateLimitedError if HubSpot named a time that is too far away to wait for, and with HubSpotBusyError if the
   * requester's patience ends first.
   */
  take(portalId: bigint, kind: CallKind, caller?: Caller): Promise<CallTurn>
  /** Reads what a successful answer says about the portal's limits. */
  answered(portalId: bigint, kind: CallKind, headers: HttpHeaders): void
  /** To be called when HubSpot has rejected a call because of the limit `policy`. Blocks all calls for `forMs`. */
  refused(portalId: bigint, kind: CallKind, forMs: number, policy: string): Promise<void>
}

export interface Caller {
  readonly signal?: AbortSignal
  /** True if the call goes before other calls of runs in this process. */
  readonly isUrgent?: boolean
  /** Undefined for the calls of runs. */
  readonly requester?: Requester
}

/** A call that may be sent now. */
export interface CallTurn {
  /** To be called when the call was answered or given up. Until then, the budget assumes that it is still in progress. */
  end(): void
}

export interface CallBudgetOptions {
  /** HubSpot counts per app and portal. */
  readonly appId: string
  /** Percentage of each portal's limits to use. The rest is left to the customer's other tools. */
  readonly sharePercent?: number
}

/** Maximum time between two checks of a waiting call, since the first answer may lift the limit in the meantime. */
const longestNapMs = 250
/**
 * Number of calls of a process that reserve a place ahead of time: the next call and the one after it, so that no time is
 * lost.
 */
const turnsAhead = 2
/** Tolerance for clocks that round. */
const clockMs = 3
const untold: CallTurn = { end: () => {} }
/**
 * HubSpot counts a call when it arrives, but this is only known once it is answered. If the process dies before that, the
 * call counts as arrived this long after its turn.
 */
const longestWayMs = 10_000
/** How far ahead runs reserve places. A short horizon lets HubSpot's answers in the meantime still take effect. */
const runHorizonMs = 1_000
/**
 * How far ahead requests reserve places. There is always a place for a request behind the places of runs, regardless of the
 * number of runs.
 */
const requestHorizonMs = 2 * runHorizonMs
/** Longer waits are left to the run, which releases its worker in the meantime. */
const longestHoldMs = 30_000
/**
 * After HubSpot has rejected calls for hours, one call at this interval checks whether it accepts calls again, since the
 * limit may have been raised.
 */
const tryAgainMs = 60_000

interface Portal {
  readonly limits: PortalLimits
  /**
   * One for each kind of call of runs, and one for the requests of each workspace. Calls that wait there have no place in
   * the shared windows yet, so urgent calls can overtake them.
   */
  readonly turnstiles: Map<string, Turnstile>
}

/** How a call waits for its place. */
interface PlaceWait {
  readonly signal?: AbortSignal
  /** How far ahead a place can be reserved. */
  horizonMs(): number
  readonly unsettledMs: number
  /** The call fails instead of waiting for a longer hold. */
  longestHoldMs(): number
  /** Called after each unsuccessful attempt to take a place. */
  refused?(retryAfterMs: number): void
}

interface TakenPlace {
  readonly taken: readonly WindowLimit[]
  readonly place: Place
  /** A lower bound for the time of the place, by this process's clock. */
  readonly from: number
}

/** Budgets on top of the windows that the processes share. */
export function sharedCallBudget(windows: CallWindows, { appId, sharePercent = 100 }: CallBudgetOptions): CallBudget {
  const portals = new Map<bigint, Portal>()
  const portalOf = (portalId: bigint): Portal => {
    const limits = () => new PortalLimits(portalId, { appId, sharePercent })
    const found = portals.get(portalId) ?? { limits: limits(), turnstiles: new Map() }
    portals.set(portalId, found)
    return found
  }

  const settle = (taken: readonly WindowLimit[], place: Place, lateMs: number | null) => {
    // If this fails, the place still becomes free by itself, only later.
    windows.settle(taken, place, lateMs).catch(() => {})
  }

  /** Takes a place in all of the windows and waits for its time. Returns null if the limit was lifted in the meantime. */
  const waitForPlace = async (
    isFree: () => boolean,
    limitsNow: () => WindowLimit[],
    { signal, horizonMs, unsettledMs, longestHoldMs, refused }: PlaceWait,
  ): Promise<TakenPlace | null> => {
    for (;;) {
      signal?.throwIfAborted()
      if (isFree()) return null
      const asked = performance.now()
      const taken = limitsNow()
      const turn = await windows.take(taken, { horizonMs: horizonMs(), unsettledMs })
      if (turn.granted) {
        try {
          // Counts from the answer, since the broker may have read its clock only just before it.
          await nap(performance.now() + turn.inMs, isFree, signal)
          signal?.throwIfAborted()
        } catch (error) {
          settle(taken, turn.place, null)
          throw error
        }
        return { taken, place: turn.place, from: asked + turn.inMs }
      }
      if (turn.heldFor !== null && turn.retryAfterMs > longestHoldMs()) {
        throw new HubSpotRateLimitedError(turn.retryAfterMs, turn.heldFor)
      }
      refused?.(turn.retryAfterMs)
      await pause(Math.min(turn.retryAfterMs, longestNapMs), signal)
    }
  }

  const takeTurn = async (
    { limits }: Portal,
    kind: CallKind,
    wait: Omit<PlaceWait, 'unsettledMs'>,
  ): Promise<CallTurn> => {
    const limitsNow = () => windowsOf(limits, kind)
    const found = await waitForPlace(() => limits.isFree(kind), limitsNow, { ...wait, unsettledMs: longestWayMs })
    if (found === null) return untold
    const { taken, place, from } = found
    // HubSpot has counted the call by now. It is unknown how much earlier it did, so at most the duration of one answer is
    // lost in each ten seconds.
    return { end: () => settle(taken, place, performance.now() - from + clockMs) }
  }

  const takeForRun = (portal: Portal, kind: CallKind, { signal, isUrgent = false }: Caller): Promise<CallTurn> => {
    const wait = { signal, horizonMs: () => runHorizonMs, longestHoldMs: () => longestHoldMs }
    return turnstileOf(portal, kind).pass(isUrgent ? 0 : 1, signal, () => takeTurn(portal, kind, wait))
  }

  /**
   * Takes a place in the share of requests first. Places there are reserved in the order of the requests, and a process
   * reserves two for each workspace. So a call waits behind few calls of any other workspace, regardless of how many of them
   * are waiting.
   */
  const takeForRequest = async (
    portal: Portal,
    kind: CallKind,
    { workspaceId, askedAt, patienceMs }: Requester,
    callersSignal: AbortSignal | undefined,
  ): Promise<CallTurn> => {
    const { limits } = portal
    const turnstile = turnstileOf(portal, workspaceId)
    const until = performance.now() + patienceMs
    const left = () => Math.max(0, until - performance.now())
    const enterShare = (signal: AbortSignal) =>
      waitForPlace(
        () => limits.isFree(kind),
        () => [limits.limitOfRequests()],
        {
          signal,
          horizonMs: left,
          // HubSpot does not count this window.
          unsettledMs: 0,
          longestHoldMs: left,
          refused: (retryAfterMs) => {
            throw new HubSpotBusyError(retryAfterMs)
          },
        },
      )
    let placeInMs = 0
    /** Minimum time until all calls ahead of this one, and `more`, have a place. */
    const placesInMs = (more: number) => {
      const { windowMs, calls } = limits.limitOfRequests()
      return ((turnstile.ahead(askedAt) + more) * windowMs) / calls
    }
    const take = async (signal: AbortSignal) => {
      await turnstile.pass(askedAt, signal, () => enterShare(signal))
      return takeTurn(portal, kind, {
        signal,
        horizonMs: () => requestHorizonMs,
        longestHoldMs: left,
        refused: (retryAfterMs) => {
          placeInMs = retryAfterMs
        },
      })
    }
    if (placesInMs(0) > patienceMs) throw new HubSpotBusyError(placesInMs(1))
    try {
      return await withinDeadline(patienceMs, callersSignal, take)
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error
      throw new HubSpotBusyError(Math.max(placeInMs, placesInMs(1)))
    }
  }

  return {
    take: async (portalId, kind, caller = {}) => {
      const portal = portalOf(portalId)
      if (portal.limits.isFree(kind)) return untold
      const { requester, signal } = caller
      return requester === undefined
        ? takeForRun(portal, kind, caller)
        : takeForRequest(portal, kind, requester, signal)
    },
    answered: (portalId, kind, headers) => portalOf(portalId).limits.answered(kind, headers),
    refused: async (portalId, kind, forMs, policy) => {
      const { limits } = portalOf(portalId)
      // A rejection for such a long time is about the whole portal.
      const isWhole = kind === 'general' || forMs > longestHoldMs
      limits.refused(kind, isWhole)
      if (forMs <= 0) return
      const { key } = limits.limitOf(isWhole ? 'general' : kind)
      await windows.hold(key, { forMs, reason: policy, forgottenAfterMs: tryAgainMs })
    },
  }
}

function turnstileOf({ turnstiles }: Portal, name: string): Turnstile {
  const found = turnstiles.get(name) ?? new Turnstile(turnsAhead)
  turnstiles.set(name, found)
  return found
}

function windowsOf(limits: PortalLimits, kind: CallKind): WindowLimit[] {
  const [general, own] = [limits.limitOf('general'), limits.limitOf(kind)]
  if (kind === 'general') return [general]
  return [kind === 'search' ? { ...general, calls: null } : general, own]
}

/** Waits until `at`, or until `isOver` returns true. */
async function nap(at: number, isOver: () => boolean, signal?: AbortSignal): Promise<void> {
  for (let left = at - performance.now(); left > 0 && !isOver(); left = at - performance.now()) {
    await pause(Math.min(left, longestNapMs), signal)
  }
}
