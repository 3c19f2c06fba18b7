interface Presented<Frame> {
  readonly frame: Promise<Frame>
  readonly begunAt: number
  size: number
}

interface Keyed<Event> {
  readonly event: Event
  readonly key: string
}

/** Bytes that are kept for those who are told later than others. */
const keptBytes = 1_000_000
const keptAtMost = 500

/** What was presented lately, for all who are told of the same event at about the same time. */
export class RecentFrames<Event, Frame> {
  readonly #byKey = new Map<string, Presented<Frame>>()
  readonly #sizeOf: (frame: Frame) => number
  readonly #present: (event: Event) => Promise<Frame>
  #bytes = 0

  constructor(sizeOf: (frame: Frame) => number, present: (event: Event) => Promise<Frame>) {
    this.#sizeOf = sizeOf
    this.#present = present
  }

  /** The event, presented after `since`, a time of `performance.now()`. */
  frameOf({ event, key }: Keyed<Event>, since: number): Promise<Frame> {
    const known = this.#byKey.get(key)
    if (known !== undefined && known.begunAt >= since) return known.frame
    if (known !== undefined) this.#forget(key, known)
    const presented: Presented<Frame> = { frame: this.#present(event), begunAt: performance.now(), size: 0 }
    this.#byKey.set(key, presented)
    presented.frame.then(
      (frame) => this.#keep(key, presented, this.#sizeOf(frame)),
      // Whoever waits for it is told why, and whoever comes later tries again.
      () => this.#forget(key, presented),
    )
    return presented.frame
  }

  #keep(key: string, presented: Presented<Frame>, size: number): void {
    if (this.#byKey.get(key) !== presented) return
    presented.size = size
    this.#bytes += size
    for (const [oldKey, old] of this.#byKey) {
      if (this.#bytes <= keptBytes && this.#byKey.size <= keptAtMost) return
      if (old.size > 0) this.#forget(oldKey, old)
    }
  }

  #forget(key: string, presented: Presented<Frame>): void {
    if (this.#byKey.get(key) !== presented) return
    this.#byKey.delete(key)
    this.#bytes -= presented.size
  }
}
