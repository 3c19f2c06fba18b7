/**
 * Rolling limits, shared by all processes: at any moment, a limit counts the calls of the last `windowMs` milliseconds. A
 * caller that finds a window full is told when a place becomes free, and that place is reserved for it.
 *
 * The limiters of rate-limiter-flexible count in consecutive windows. To be safe at the edges of a rolling limit, such
 * windows would have to be a tenth as long with a tenth of the calls. That would waste a tenth of the share, and every
 * waiting caller would have to ask again. Therefore the time of each single call is stored here.
 */
export interface CallWindows {
  /**
   * Takes a place in each of the windows, all at the same time, `inMs` from now. The place becomes free `windowMs` plus
   * `unsettledMs` after that time, or as reported to {@link settle}. Not granted if the time is more than
   * `horizonMs` away, or if a window is on hold: try again then. Rejects while the broker is unavailable, since a limit that
   * is not known cannot be kept.
   */
  take(
    limits: readonly WindowLimit[],
    wait: { readonly horizonMs: number; readonly unsettledMs: number },
  ): Promise<Turn>
  /**
   * Reports that the call of this place was counted at most `lateMs` after its time, or with null that it was never made.
   */
  settle(limits: readonly WindowLimit[], place: Place, lateMs: number | null): Promise<void>
  /** Blocks all calls under this key for `forMs`. After `forgottenAfterMs`, one more attempt is allowed anyway. */
  hold(key: string, hold: Hold): Promise<void>
}

export interface WindowLimit {
  /**
   * Keys of windows that are taken together have the same text in braces, such as `calls:{app/portal}`: a Redis Cluster keeps
   * them on one node.
   */
  readonly key: string
  /** Null if the window has no limit. It may still be on hold. */
  readonly calls: number | null
  readonly windowMs: number
}

export type Turn =
  | { readonly granted: true; readonly inMs: number; readonly place: Place }
  | { readonly granted: false; readonly retryAfterMs: number; readonly heldFor: string | null }

export interface Place {
  readonly id: string
  /** Time of the place in milliseconds, by the broker's clock. */
  readonly at: number
}

export interface Hold {
  readonly forMs: number
  /** Returned to callers that are refused. */
  readonly reason: string
  readonly forgottenAfterMs: number
}

/**
 * A call waits for its place, and for a pause after the previous call. The fuller the window, the longer the pause, up to an
 * even share of the window when it is full. So a few calls go out at once. Many calls do not go out in one burst and then
 * stall until the window has passed, which would also delay an admin's single call.
 */
export const pacingExponent = 3
