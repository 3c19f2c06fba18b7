/** Counts calls in the last `spanMs`. A refused call does not count. */
export class SlidingWindow {
  #spanMs: number
  #times: number[] = []
  #start = 0

  constructor(spanMs: number) {
    this.#spanMs = spanMs
  }

  set spanMs(spanMs: number) {
    this.#spanMs = spanMs
  }

  /** Takes one call if there are fewer than `limit` in the window. */
  take(limit: number, now: number): { allowed: boolean; remaining: number } {
    while (this.#start < this.#times.length && (this.#times[this.#start] as number) <= now - this.#spanMs) this.#start++
    if (this.#start > 1000) {
      this.#times = this.#times.slice(this.#start)
      this.#start = 0
    }
    const used = this.#times.length - this.#start
    if (used >= limit) return { allowed: false, remaining: 0 }
    this.#times.push(now)
    return { allowed: true, remaining: limit - used - 1 }
  }
}
