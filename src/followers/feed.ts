/** An event for a follower, and where the follower stands once it was told. */
export interface Told<Event, Place> {
  readonly event: Event
  /** Names the event: two of the same key are the same to whoever is told. */
  readonly key: string
  readonly place: Place
}

/** What one look finds. */
export interface Look<Event, Place> {
  /** What followers at the given places are told next, in the order of the places. */
  readonly told: readonly (readonly Told<Event, Place>[])[]
  /** Where they stand afterwards; the same for all unless more waits. */
  readonly places: readonly Place[]
  /** More waits: look again before waiting for news. */
  readonly hasMore: boolean
  /** Nothing will follow. */
  readonly isOver: boolean
}

/**
 * Something that can be followed: what its followers are told depends on where they stand and on nothing else, so those who
 * stand at the same place are told the same.
 */
export interface Feed<Event, Place> {
  /** What is new to followers at these places, of which there is at least one. May reject, and may be asked again after that. */
  look(places: readonly Place[]): Promise<Look<Event, Place>>
  /** Resolves when there may be something new, or when `stir` is called, and at once when `until` aborts. */
  news(until: AbortSignal): Promise<void>
  /** Ends the wait for news, since somebody has come. */
  stir(): void
}
