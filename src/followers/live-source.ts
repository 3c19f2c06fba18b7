import { abortOnReturn } from './abort-on-return.ts'
import type { Feed } from './feed.ts'
import { followAlone } from './follow-alone.ts'

interface Options<Event, Place> {
  /** Begins to listen, until `signal` aborts. */
  open(signal: AbortSignal): Promise<Feed<Event, Place>>
  /** Where the follower begins. */
  readonly from: Place
  /** What is followed, as far as the subscription's arguments and the viewer do not say it. */
  readonly key: string
  /** Arguments that say where a follower begins and nothing else. */
  readonly startArguments: readonly string[]
  /** Has followers break off. */
  readonly closing: AbortSignal
}

/**
 * What a field of Subscription gives: whoever iterates follows alone, and whoever knows better lets all who follow the same
 * share one feed.
 */
export class LiveSource<Event, Place> implements AsyncIterable<Event> {
  readonly open: Options<Event, Place>['open']
  readonly from: Place
  readonly key: string
  readonly startArguments: readonly string[]
  readonly #closing: AbortSignal

  constructor({ open, from, key, startArguments, closing }: Options<Event, Place>) {
    this.open = open
    this.from = from
    this.key = key
    this.startArguments = startArguments
    this.#closing = closing
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Event> {
    const { open, from } = this
    return abortOnReturn(this.#closing, async function* (signal) {
      yield* followAlone(await open(signal), from, signal)
    })
  }
}
