const bucketMs = 15_000

/** How long the quickest answer of the last 15 to 30 seconds took, in ms; 0 before the first. */
export class ShortestAnswer {
  #before = Number.POSITIVE_INFINITY
  #now = Number.POSITIVE_INFINITY
  #since = 0

  saw(tookMs: number): void {
    const now = performance.now()
    if (now - this.#since > bucketMs) {
      this.#before = this.#now
      this.#now = Number.POSITIVE_INFINITY
      this.#since = now
    }
    this.#now = Math.min(this.#now, tookMs)
  }

  get ms(): number {
    const shortest = Math.min(this.#before, this.#now)
    return Number.isFinite(shortest) ? shortest : 0
  }
}
