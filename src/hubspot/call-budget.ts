import type { CallWindows, Place, WindowLimit } from '../broker/call-windows.ts'
import { HubSpotBusyError, HubSpotRateLimitedError } from './errors.ts'
import type { HttpHeaders } from './http.ts'
import { pause } from './pause.ts'
import { type CallKind, PortalLimits } from './portal-limits.ts'
import type { Requester } from './requester.ts'
import { Turnstile } from './turnstile.ts'
import { DeadlineError, withinDeadline } from './within-deadline.ts'

export type { CallKind } from './portal-limits.ts'

/** A portal's share of calls, which all processes of this app take from. */
export interface CallBudget {
  /**
   * Waits until the portal's share has a call left, and takes it. Rejects with the signal's reason when it aborts, with
   * HubSpotRateLimitedError where HubSpot named a time that is too far away to wait for, and with HubSpotBusyError where a
   * requester's patience ends before.
   */
  take(portalId: bigint, kind: CallKind, caller?: Caller): Promise<CallTurn>
  /** Hears what a successful answer tells about the portal's limits. */
  answered(portalId: bigint, kind: CallKind, headers: HttpHeaders): void
  /** HubSpot refused a call for the limit that `policy` names: nobody may call for so long. */
  refused(portalId: bigint, kind: CallKind, forMs: number, policy: string): Promise<void>
}

export interface Caller {
  readonly signal?: AbortSignal
  /** Goes before other calls of runs in this process. */
  readonly isUrgent?: boolean
  /** Absent for the calls of runs. */
  readonly requester?: Requester
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
/** Runs keep places no further ahead, so that what HubSpot says meanwhile still counts. */
const runHorizonMs = 1_000
/** Behind the places that runs keep there is always one for a request, however many runs there are. */
const requestHorizonMs = 2 * runHorizonMs
/** A longer wait is the run's to make, which gives its worker back meanwhile. */
const longestHoldMs = 30_000
/** After a refusal for hours, one call in so long tries whether HubSpot takes calls again: its limit may be raised. */
const tryAgainMs = 60_000

interface Portal {
  readonly limits: PortalLimits
  /**
   * For each kind of call of runs, and for the requests of each workspace. Who waits there has no place in the shared windows
   * yet, so that an urgent call can still go before.
   */
  readonly turnstiles: Map<string, Turnstile>
}

/** How a call waits for its place. */
interface PlaceWait {
  readonly signal?: AbortSignal
  /** How far ahead a place may be kept. */
  horizonMs(): number
  readonly unsettledMs: number
  /** A longer hold is not waited for. */
  longestHoldMs(): number
  /** Hears of each refused try. */
  refused?(retryAfterMs: number): void
}

interface TakenPlace {
  readonly taken: readonly WindowLimit[]
  readonly place: Place
  /** No later than the moment of the place, by this process's clock. */
  readonly from: number
}

/** Budgets over windows that the processes share. */
export function sharedCallBudget(windows: CallWindows, { appId, sharePercent = 100 }: CallBudgetOptions): CallBudget {
  const portals = new Map<bigint, Portal>()
  const portalOf = (portalId: bigint): Portal => {
    const limits = () => new PortalLimits(portalId, { appId, sharePercent })
    const found = portals.get(portalId) ?? { limits: limits(), turnstiles: new Map() }
    portals.set(portalId, found)
    return found
  }

  const settle = (taken: readonly WindowLimit[], place: Place, lateMs: number | null) => {
    // Left unsettled, a place comes free by itself, only later.
    windows.settle(taken, place, lateMs).catch(() => {})
  }

  /** Takes a place in all of the windows and waits for its moment; null where the limit was lifted meanwhile. */
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
          // From the answer on, since the broker's clock may be that much ahead of the question.
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
    // HubSpot has counted the call by now. How much earlier cannot be told, and what is given away is the time of an answer
    // in each ten seconds.
    return { end: () => settle(taken, place, performance.now() - from + clockMs) }
  }

  const takeForRun = (portal: Portal, kind: CallKind, { signal, isUrgent = false }: Caller): Promise<CallTurn> => {
    const wait = { signal, horizonMs: () => runHorizonMs, longestHoldMs: () => longestHoldMs }
    return turnstileOf(portal, kind).pass(isUrgent ? 0 : 1, signal, () => takeTurn(portal, kind, wait))
  }

  /**
   * Takes a place in the share of requests first. Places there are kept in the order in which they are asked for, and a
   * process keeps two for each workspace: so a call comes after few of any other workspace, however many of those wait.
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
          // HubSpot counts nothing by it.
          unsettledMs: 0,
          longestHoldMs: left,
          refused: (retryAfterMs) => {
            throw new HubSpotBusyError(retryAfterMs)
          },
        },
      )
    let placeInMs = 0
    /** At the earliest, with those before it. */
    const turnInMs = () => {
      const { windowMs, calls } = limits.limitOfRequests()
      return (turnstile.ahead(askedAt) * windowMs) / calls
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
    if (turnInMs() > patienceMs) throw new HubSpotBusyError(turnInMs())
    try {
      return await withinDeadline(patienceMs, callersSignal, take)
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error
      throw new HubSpotBusyError(Math.max(placeInMs, turnInMs()))
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
      // What lasts so long is said of the portal as a whole.
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

/** Waits until `at`, unless `isOver` before. */
async function nap(at: number, isOver: () => boolean, signal?: AbortSignal): Promise<void> {
  for (let left = at - performance.now(); left > 0 && !isOver(); left = at - performance.now()) {
    await pause(Math.min(left, longestNapMs), signal)
  }
}
