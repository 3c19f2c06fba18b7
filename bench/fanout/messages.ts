/** Messages between the processes of the benchmark. */

export type Wire = 'graphql-ws' | 'SSE' | 'raw ws'

/** Sent once, to make the client connect. */
export interface Connect {
  readonly url: string
  readonly wire: Wire
  readonly token: string
  readonly subscribers: number
  /** Undefined for the raw server, which sends to everyone who connects. */
  readonly operation?: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> }
}

export interface Delivered {
  /** Number of events received by all subscribers together. */
  readonly events: number
  /** Number of subscriptions that the server completed. */
  readonly completed: number
  /** Number of connections that ended too early. */
  readonly lost: number
  /** Number of subscribers that received the last event. */
  readonly withLast: number
  /** Milliseconds from the write of an event to its arrival, in ascending order. A sample if there are very many. */
  readonly latencies: readonly number[]
  /** One message as received. */
  readonly sample: string
}

export type ToClient =
  | { readonly kind: 'connect'; readonly connect: Connect }
  /** Forgets the events so far. `last` is text that only the last event contains. */
  | { readonly kind: 'begin'; readonly last: string }
  | { readonly kind: 'report' }

export type FromClient =
  | { readonly kind: 'ready' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'begun' }
  | { readonly kind: 'report'; readonly delivered: Delivered }

/** Makes the raw server send a message to all of its sockets, with the current time and a number in it. */
export interface Broadcast {
  readonly kind: 'broadcast'
  readonly message: string
}

/** A time within a message, in ISO 8601, under the alias `at`. */
export const momentPattern = /"at":"([^"]{24})"/
