/** What the benchmark's processes tell each other. */

export type Wire = 'graphql-ws' | 'SSE' | 'raw ws'

/** The client is told this once, and connects. */
export interface Connect {
  readonly url: string
  readonly wire: Wire
  readonly token: string
  readonly subscribers: number
  /** Absent for the raw server, which sends to everyone who connects. */
  readonly operation?: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> }
}

export interface Delivered {
  /** Events received, by all subscribers together. */
  readonly events: number
  /** Subscriptions that the server completed. */
  readonly completed: number
  /** Connections that ended before they were told to. */
  readonly lost: number
  /** Subscribers that received the event with this number of the given label, by label. */
  readonly withLast: number
  /** Milliseconds from the writing of an event to its arrival, lowest first: a sample where there are very many. */
  readonly latencies: readonly number[]
  /** One message as it came over the wire. */
  readonly sample: string
}

export type ToClient =
  | { readonly kind: 'connect'; readonly connect: Connect }
  /** Forgets what came so far. `last` is a text that only the last event holds. */
  | { readonly kind: 'begin'; readonly last: string }
  | { readonly kind: 'report' }

export type FromClient =
  | { readonly kind: 'ready' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'begun' }
  | { readonly kind: 'report'; readonly delivered: Delivered }

/** Has the raw server send a message to all its sockets, with the present time and a number in it. */
export interface Broadcast {
  readonly kind: 'broadcast'
  readonly message: string
}

/** A moment within a message, in ISO 8601, under the alias `at`. */
export const momentPattern = /"at":"([^"]{24})"/
