import type { RateLimiterAbstract } from 'rate-limiter-flexible'

/** Points that all processes count together. Each key has its own window of time. */
export interface RateWindows {
  /**
   * Adds points to the current window of a key, or to a new one if the last window has ended. Returns the points of all
   * processes in that window. Rejects if the broker is unavailable.
   */
  add(key: string, points: number, windowSeconds: number): Promise<CountedPoints>
}

export interface CountedPoints {
  readonly points: number
  readonly endsInMs: number
}

/** Required by the library. The limit itself is not used, and each call sets the duration. */
export const countingOnly = { points: 1, duration: 60 }

/** Windows in the store of a limiter of rate-limiter-flexible. */
export function rateWindowsOf(limiter: RateLimiterAbstract): RateWindows {
  return {
    add: async (key, points, windowSeconds) => {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key, points, { customDuration: windowSeconds })
      return { points: consumedPoints, endsInMs: msBeforeNext }
    },
  }
}
