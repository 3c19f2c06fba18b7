import { setTimeout as sleep } from 'node:timers/promises'

/** A condition was not met in time. The message tells which one, and the last state. */
export class NotInTimeError extends Error {
  override name = 'NotInTimeError'
}

/**
 * Waits until `condition` is true. A condition that throws is not true yet. The time limit only ends a wait for something
 * that never comes, and is not a measure of speed. Throws NotInTimeError.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { withinMs = 300_000, everyMs = 50 }: { withinMs?: number; everyMs?: number } = {},
): Promise<void> {
  const deadline = performance.now() + withinMs
  let last: unknown = 'it did not hold'
  for (;;) {
    try {
      if (await condition()) return
      last = 'it did not hold'
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) {
      const why = last instanceof Error ? last.message : last
      throw new NotInTimeError(`not within ${withinMs / 1_000} s: ${what} (${why})`)
    }
    await sleep(everyMs)
  }
}

/** Random numbers from a seed (mulberry32), so that a seed breaks the same things in the same order. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0
  }

  /** A number from 0 (inclusive) to 1 (exclusive). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1))
  }

  pick<T>(items: readonly T[]): T {
    return items[this.whole(0, items.length - 1)] as T
  }

  async pause(lowMs: number, highMs: number): Promise<void> {
    await sleep(this.between(lowMs, highMs))
  }
}
