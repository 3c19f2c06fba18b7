import type { Topic, Topics } from './topics.ts'

/** Says what changed to every process that listens, and never to another workspace's listeners. */
export interface Announcements {
  /**
   * Tells the workspace's listeners, at most once each. Rejects when the broker is away: announce after the change is
   * committed, and let the caller log the failure and go on, since listeners look again when the broker is back.
   */
  publish<T extends Topic>(topic: T, workspaceId: string, payload: Topics[T]): Promise<void>
  /**
   * Listens from the moment the promise resolves until `signal` aborts or the loop is left; the iterable then ends.
   * Yields null where something may have been missed (the broker was away): look again at everything.
   * The same payload announced twice before the listener looked is yielded once.
   */
  subscribe<T extends Topic>(
    topic: T,
    workspaceId: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Topics[T] | null>>
}
