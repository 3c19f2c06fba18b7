import { abortOnReturn } from './abort-on-return.ts'
import type { Feed } from './feed.ts'
import { followAlone } from './follow-alone.ts'

interface Options<Event, Place> {
  /** Starts to listen, until `signal` aborts. */
  open(signal: AbortSignal): Promise<Feed<Event, Place>>
  /** The place where the follower starts. */
  readonly from: Place
  /** Identifies what is followed, apart from the subscription's arguments and the viewer. */
  readonly key: string
  /** Arguments that only decide where a follower starts. */
  readonly startArguments: readonly string[]
  /** Interrupts the followers when it aborts. */
  readonly closing: AbortSignal
}

/**
 * The source of a Subscription field. Iterating it follows alone. Callers that recognise it can share one feed between all
 * followers of the same source.
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
