import { patiently } from '../database/database-away.ts'
import type { Feed } from './feed.ts'

/**
 * Yields what a feed tells a follower that begins at this place, until the feed is over. While the database is away it
 * waits. When `signal` aborts it throws its reason, so that it completes only with what it follows.
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
