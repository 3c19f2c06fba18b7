import type { Topic, Topics } from './topics.ts'

/** Reports changes to every process that listens, and never to listeners of another workspace. */
export interface Announcements {
  /**
   * Tells the workspace's listeners, at most once each. Rejects if the broker is unavailable: announce after the
   * commit, and let the caller log the failure and continue, since listeners check again when the broker is back.
   */
  publish<T extends Topic>(topic: T, workspaceId: string, payload: Topics[T]): Promise<void>
  /**
   * Listens from the moment the promise resolves until `signal` aborts or the loop is left; the iterable then ends.
   * Yields null if something may have been missed (the broker was unavailable): check everything again. If the same
   * payload is announced twice before the listener reads it, it is yielded once.
   */
  subscribe<T extends Topic>(
    topic: T,
    workspaceId: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Topics[T] | null>>
}
