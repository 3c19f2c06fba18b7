import { patiently } from '../database/database-away.ts'
import type { Feed } from './feed.ts'

/**
 * Yields the events of a feed to a single follower that starts at this place, until the feed is over. Waits while the
 * database is unavailable. Throws the reason of `signal` when it aborts, so it completes only if the feed is over.
 */
export async function* followAlone<Event, Place>(
  feed: Feed<Event, Place>,
  from: Place,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  for (let place = from; ; ) {
    const look = await patiently(() => feed.look([place]), signal)
    for (const { event } of look.told[0] ?? []) yield event
    if (look.isOver) return
    place = look.places[0] as Place
    if (!look.hasMore) await feed.news(signal)
  }
}
