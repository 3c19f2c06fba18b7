import { setTimeout as sleep } from 'node:timers/promises'
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'

export interface RateLimit {
  /** Tells limits apart, e.g. `hubspot-search`. */
  readonly name: string
  /** How many may pass per key within `perSeconds`. */
  readonly requests: number
  /** Length of the window in whole seconds; it starts with the first request. */
  readonly perSeconds: number
}

/** A limit that all processes share. Every method rejects while the broker is away; a limit unknown is not a limit kept. */
export interface RateLimiter {
  /** Takes one request of the key's share, or says how long there is none. */
  tryTake(key: string): Promise<{ taken: true } | { taken: false; retryAfterMs: number }>
  /** Waits until the key's share has one, and takes it. Rejects with the signal's reason when it aborts. */
  take(key: string, signal?: AbortSignal): Promise<void>
  /** Lets nobody pass under this key for so long, rounded up to seconds: what a 429 answer asks for. */
  hold(key: string, forMs: number): Promise<void>
}

/** Adds waiting to a limiter of either store. */
export function rateLimiterOver(limiter: RateLimiterAbstract): RateLimiter {
  const tryTake: RateLimiter['tryTake'] = async (key) => {
    try {
      await limiter.consume(key)
      return { taken: true }
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return { taken: false, retryAfterMs: Math.max(1, refusal.msBeforeNext) }
      throw refusal
    }
  }
  return {
    tryTake,
    take: async (key, signal) => {
      for (;;) {
        signal?.throwIfAborted()
        const attempt = await tryTake(key)
        if (attempt.taken) return
        await sleep(attempt.retryAfterMs, undefined, { signal })
      }
    },
    hold: async (key, forMs) => {
      await limiter.block(key, Math.ceil(forMs / 1000))
    },
  }
}
