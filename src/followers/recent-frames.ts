interface Presented<Frame> {
  readonly frame: Promise<Frame>
  readonly begunAt: number
  size: number
}

interface Keyed<Event> {
  readonly event: Event
  readonly key: string
}

/** Maximum number of bytes kept for followers that receive an event later than others. */
const keptBytes = 1_000_000
const keptAtMost = 500

/** Frames that were presented recently, shared by all followers that receive the same event at about the same time. */
export class RecentFrames<Event, Frame> {
  readonly #byKey = new Map<string, Presented<Frame>>()
  readonly #sizeOf: (frame: Frame) => number
  readonly #present: (event: Event) => Promise<Frame>
  #bytes = 0

  constructor(sizeOf: (frame: Frame) => number, present: (event: Event) => Promise<Frame>) {
    this.#sizeOf = sizeOf
    this.#present = present
  }

  /** Returns the event's frame, presented at or after `since` (a time of `performance.now()`). */
  frameOf({ event, key }: Keyed<Event>, since: number): Promise<Frame> {
    const known = this.#byKey.get(key)
    if (known !== undefined && known.begunAt >= since) return known.frame
    if (known !== undefined) this.#forget(key, known)
    const presented: Presented<Frame> = { frame: this.#present(event), begunAt: performance.now(), size: 0 }
    this.#byKey.set(key, presented)
    presented.frame.then(
      (frame) => this.#keep(key, presented, this.#sizeOf(frame)),
      // Current callers receive the error. Later callers try again.
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
