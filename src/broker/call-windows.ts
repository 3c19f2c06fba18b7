/**
 * Limits that count the calls of the last so many milliseconds at any moment, shared by all processes, with a turn for
 * each call: whoever finds a window full is told when a place comes free, and that place is kept.
 *
 * The limiters of rate-limiter-flexible count in windows that follow each other. Under a limit that rolls, such windows
 * have to be a tenth as long and hold a tenth as much to be safe around their edges, which spends a tenth of the share,
 * and everyone who waits asks again. The times of the single calls are kept here instead.
 */
export interface CallWindows {
  /**
   * Takes a place in each of the windows, for one and the same moment, `inMs` from now. It comes free `windowMs` and
   * `unsettledMs` after that moment, or when {@link settle} says so. Refused where the moment is further than `horizonMs`
   * away, or where a window is held: ask again then. Rejects while the broker is away; a limit unknown is not a limit
   * kept.
   */
  take(
    limits: readonly WindowLimit[],
    wait: { readonly horizonMs: number; readonly unsettledMs: number },
  ): Promise<Turn>
  /** The call of this place was counted `lateMs` after its moment, at the latest; null: it was never made. */
  settle(limits: readonly WindowLimit[], place: Place, lateMs: number | null): Promise<void>
  /** Lets nobody pass under this key for so long. After `forgottenAfterMs` one more try is allowed all the same. */
  hold(key: string, hold: Hold): Promise<void>
}

export interface WindowLimit {
  readonly key: string
  /** Null: the window has no limit, but may be held. */
  readonly calls: number | null
  readonly windowMs: number
}

export type Turn =
  | { readonly granted: true; readonly inMs: number; readonly place: Place }
  | { readonly granted: false; readonly retryAfterMs: number; readonly heldFor: string | null }

export interface Place {
  readonly id: string
  /** The moment, by the broker's clock, in ms. */
  readonly at: number
}

export interface Hold {
  readonly forMs: number
  /** Told to those who are refused. */
  readonly reason: string
  readonly forgottenAfterMs: number
}

/**
 * A call waits for its place, and for a pause since the call before it: the fuller the window, the longer, up to an even
 * share of the window when it is full. So a few calls go at once, and many do not go in one burst and then stand still
 * until the window has passed, which would keep an admin's single call waiting too.
 */
export const pacingExponent = 3
