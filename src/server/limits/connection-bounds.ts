/** Limits of the connections to one API process. Times are in milliseconds. */
export interface ConnectionBounds {
  /** TCP connections for any purpose. */
  readonly connections: number
  readonly sockets: number
  readonly socketsPerToken: number
  readonly socketsPerWorkspace: number
  /** Subscriptions over WebSocket and server-sent events together. */
  readonly subscriptionsPerToken: number
  readonly subscriptionsPerWorkspace: number
  /** Invalid tokens per minute from one address. */
  readonly failedLoginsPerAddress: number
  /** From the start of a request to the end of its headers. */
  readonly headersMs: number
  /** From the start of a request to the end of its body. */
  readonly requestMs: number
  /** How often these two times are checked. */
  readonly checkEveryMs: number
  /** From the start of a WebSocket to its `connection_init`. */
  readonly initMs: number
  /** How often a WebSocket is pinged. It is terminated if it has not answered before the next ping. */
  readonly pingEveryMs: number
}

export const defaultConnectionBounds: ConnectionBounds = {
  connections: 20_000,
  sockets: 10_000,
  socketsPerToken: 2_000,
  socketsPerWorkspace: 5_000,
  subscriptionsPerToken: 5_000,
  subscriptionsPerWorkspace: 10_000,
  failedLoginsPerAddress: 100,
  headersMs: 10_000,
  requestMs: 30_000,
  checkEveryMs: 5_000,
  initMs: 3_000,
  pingEveryMs: 12_000,
}
