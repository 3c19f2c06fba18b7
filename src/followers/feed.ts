/** An event for a follower, and the follower's place after it. */
export interface Told<Event, Place> {
  readonly event: Event
  /** Identifies the event: events with the same key are identical for all followers that receive them. */
  readonly key: string
  readonly place: Place
}

/** The result of one look. */
export interface Look<Event, Place> {
  /** The next events for the followers at the given places, in the order of the places. */
  readonly told: readonly (readonly Told<Event, Place>[])[]
  /** The places of the followers after these events. They are all the same unless `hasMore` is true. */
  readonly places: readonly Place[]
  /** True if more events are waiting: look again at once instead of waiting for news. */
  readonly hasMore: boolean
  /** True if nothing will follow. */
  readonly isOver: boolean
}

/**
 * Something that can be followed. The events that a follower receives depend only on its place, so followers at the same
 * place receive the same events.
 */
export interface Feed<Event, Place> {
  /** Returns what is new for followers at these places (at least one). May reject, and can be called again after that. */
  look(places: readonly Place[]): Promise<Look<Event, Place>>
  /** Resolves when there may be something new or when `stir` is called, and immediately when `until` aborts. */
  news(until: AbortSignal): Promise<void>
  /** Ends the wait for news because a follower has joined. */
  stir(): void
}
