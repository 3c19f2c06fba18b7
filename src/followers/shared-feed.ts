import { patiently } from '../database/database-away.ts'
import type { Feed } from './feed.ts'
import { linkedAbort } from './linked-abort.ts'
import { RecentFrames } from './recent-frames.ts'

export interface Follower<Frame> {
  /** Takes a frame. Returns false if the follower is now behind: it receives nothing more until it has caught up. */
  hear(frame: Frame): boolean
  /** Resolves when the follower can take more. Need not resolve if the follower leaves. */
  caughtUp(): Promise<void>
  /** Called when nothing will follow. */
  end(): void
  fail(error: unknown): void
}

interface Options<Event, Place, Frame> {
  open(signal: AbortSignal): Promise<Feed<Event, Place>>
  /** Turns an event into the frame that followers receive. Called once for all of them. */
  present(event: Event, signal: AbortSignal): Promise<Frame>
  /** Approximate size in bytes of memory. */
  sizeOf(frame: Frame): number
  /** Called when the last follower has left. Nobody can join afterwards. */
  onEnd(): void
  /** Makes followers fail with its reason when it aborts. */
  readonly closing: AbortSignal
}

interface Newcomer<Place> {
  readonly from: Place
  /** When the follower joined. Frames that were presented earlier may be out of date for it. */
  readonly since: number
}

/**
 * One feed for all followers of the same source. Each look and each presentation of an event happens once, regardless of the
 * number of followers. A newcomer first receives what it has missed, in the same look as the others. From then on it shares
 * their place, without a gap or a repetition. A follower that is far behind, or that reads too slowly, follows alone until
 * it has caught up.
 */
export class SharedFeed<Event, Place, Frame> {
  readonly #options: Options<Event, Place, Frame>
  readonly #leaving: ReturnType<typeof linkedAbort>
  /** All followers, including those that receive nothing at the moment. */
  readonly #followers = new Set<Follower<Frame>>()
  /** The followers at `#place`. */
  readonly #live = new Set<Follower<Frame>>()
  readonly #joining = new Map<Follower<Frame>, Newcomer<Place>>()
  readonly #recent: RecentFrames<Event, Frame>
  #place: Place | undefined
  #feed: Feed<Event, Place> | null = null
  #isOver = false

  constructor(options: Options<Event, Place, Frame>) {
    this.#options = options
    this.#leaving = linkedAbort(options.closing)
    this.#recent = new RecentFrames(options.sizeOf, (event) => options.present(event, this.#leaving.signal))
  }

  /** Adds a follower. The first one starts the feed. */
  join(follower: Follower<Frame>, from: Place): void {
    const isFirst = this.#followers.size === 0
    this.#followers.add(follower)
    this.#admit(follower, from, performance.now())
    if (isFirst) void this.#run()
  }

  leave(follower: Follower<Frame>): void {
    this.#forget(follower)
    if (this.#followers.size === 0) this.#end()
  }

  async #run(): Promise<void> {
    const { signal } = this.#leaving
    try {
      const feed = await this.#options.open(signal)
      this.#feed = feed
      while (!this.#isOver) {
        if (!(await this.#turn(feed))) await feed.news(signal)
        signal.throwIfAborted()
      }
    } catch (error) {
      const followers = [...this.#followers]
      this.#end()
      for (const follower of followers) follower.fail(error)
    }
  }

  /** Sends everybody what is new to them. Resolves to true if more is waiting. */
  async #turn(feed: Feed<Event, Place>): Promise<boolean> {
    const { signal } = this.#leaving
    const joining = [...this.#joining]
    const live = this.#live.size > 0 ? [this.#place as Place] : []
    const places = [...live, ...joining.map(([, { from }]) => from)]
    if (places.length === 0) return false
    const look = await patiently(() => feed.look(places), signal)
    if (live.length > 0) {
      for (const told of look.told[0] ?? []) {
        const frame = await this.#recent.frameOf(told, 0)
        for (const follower of this.#live) if (!follower.hear(frame)) this.#setAside(follower, told.place)
      }
    }
    for (const [index, [follower, newcomer]] of joining.entries()) {
      if (look.hasMore) {
        // A follower that is far behind must not delay the others.
        if (this.#joining.delete(follower)) void this.#catchUp(feed, follower, newcomer)
        continue
      }
      for (const told of look.told[live.length + index] ?? []) {
        const frame = await this.#recent.frameOf(told, newcomer.since)
        if (!this.#joining.has(follower)) break
        if (!follower.hear(frame)) this.#setAside(follower, told.place)
      }
      if (this.#joining.delete(follower)) this.#live.add(follower)
    }
    if (live.length > 0 || !look.hasMore) this.#place = look.places[0]
    if (look.isOver) this.#endLive()
    return look.hasMore
  }

  /** Follows alone until nothing more is waiting. */
  async #catchUp(feed: Feed<Event, Place>, follower: Follower<Frame>, newcomer: Newcomer<Place>): Promise<void> {
    const { signal } = this.#leaving
    try {
      for (let place = newcomer.from; ; ) {
        const look = await patiently(() => feed.look([place]), signal)
        for (const told of look.told[0] ?? []) {
          const frame = await this.#recent.frameOf(told, newcomer.since)
          if (!this.#followers.has(follower)) return
          if (!follower.hear(frame)) await follower.caughtUp()
        }
        place = look.places[0] as Place
        if (!look.hasMore) return this.#admit(follower, place, newcomer.since)
      }
    } catch (error) {
      // If the feed fails or is closed, `#run` has already failed every follower.
      if (!this.#followers.has(follower)) return
      this.leave(follower)
      follower.fail(error)
    }
  }

  #admit(follower: Follower<Frame>, from: Place, since: number): void {
    if (!this.#followers.has(follower)) return
    this.#joining.set(follower, { from, since })
    this.#feed?.stir()
  }

  /** The follower returns as a newcomer that has received everything up to `place`. */
  #setAside(follower: Follower<Frame>, place: Place): void {
    this.#live.delete(follower)
    this.#joining.delete(follower)
    // With 0, frames that the others have already received are good enough for it.
    void follower.caughtUp().then(() => this.#admit(follower, place, 0))
  }

  #endLive(): void {
    for (const follower of [...this.#live]) {
      this.#forget(follower)
      follower.end()
    }
    if (this.#followers.size === 0) this.#end()
  }

  #forget(follower: Follower<Frame>): void {
    this.#followers.delete(follower)
    this.#live.delete(follower)
    this.#joining.delete(follower)
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#followers.clear()
    this.#live.clear()
    this.#joining.clear()
    this.#leaving.abort()
    this.#options.onEnd()
  }
}
