const bucketMs = 15_000
/** What goes unseen: clocks that round, the way of the first packet. */
const leastMs = 20
/**
 * Each millisecond costs a ten-thousandth of the share. Beyond this a slow call may meet HubSpot's limit, which costs
 * that call a second or two.
 */
const mostMs = 400

interface Bucket {
  from: number
  shortestMs: number
  longestMs: number
  latestMs: number
}

/**
 * How differently long calls are under way from their turn to their arrival at HubSpot, by what was seen of the last 15
 * to 30 seconds: two calls that had their turns so far apart as HubSpot's window is long may arrive that much closer.
 */
export class ArrivalSpread {
  #before: Bucket | null = null
  #now: Bucket = emptyBucket(0)

  /** A call was sent so long after its turn. */
  late(ms: number): void {
    const bucket = this.#bucket()
    bucket.latestMs = Math.max(bucket.latestMs, ms)
  }

  /** An answer came so long after its call was sent. */
  answered(tookMs: number): void {
    const bucket = this.#bucket()
    bucket.shortestMs = Math.min(bucket.shortestMs, tookMs)
    bucket.longestMs = Math.max(bucket.longestMs, tookMs)
  }

  get marginMs(): number {
    const seen = this.#before === null ? [this.#now] : [this.#before, this.#now]
    const longest = Math.max(...seen.map(({ longestMs }) => longestMs))
    if (longest < 0) return mostMs
    const shortest = Math.min(...seen.map(({ shortestMs }) => shortestMs))
    const latest = Math.max(...seen.map(({ latestMs }) => latestMs))
    return Math.min(mostMs, leastMs + longest - shortest + latest)
  }

  #bucket(): Bucket {
    const now = performance.now()
    if (now - this.#now.from > bucketMs) {
      this.#before = this.#now.longestMs < 0 ? null : this.#now
      this.#now = emptyBucket(now)
    }
    return this.#now
  }
}

const emptyBucket = (from: number): Bucket => ({
  from,
  shortestMs: Number.POSITIVE_INFINITY,
  longestMs: -1,
  latestMs: 0,
})
