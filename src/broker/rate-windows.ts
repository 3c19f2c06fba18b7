import type { RateLimiterAbstract } from 'rate-limiter-flexible'

/** Points that all processes count together, each key in a window of time of its own. */
export interface RateWindows {
  /**
   * Adds points to the key's window, which begins with the first points after the window before it has ended. Returns what
   * all processes have added to it. Rejects while the broker is away.
   */
  add(key: string, points: number, windowSeconds: number): Promise<CountedPoints>
}

export interface CountedPoints {
  readonly points: number
  readonly endsInMs: number
}

/** A limiter wants both. Its limit is not asked for, since whoever adds points compares them, and each call says how long. */
export const countingOnly = { points: 1, duration: 60 }

/** Windows in the store of a limiter. */
export function rateWindowsOf(limiter: RateLimiterAbstract): RateWindows {
  return {
    add: async (key, points, windowSeconds) => {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key, points, { customDuration: windowSeconds })
      return { points: consumedPoints, endsInMs: msBeforeNext }
    },
  }
}
