/** What connections to one API process may take up. Every number is per process; times are milliseconds. */
export interface ConnectionBounds {
  /** TCP connections, whatever they are for. */
  readonly connections: number
  readonly sockets: number
  readonly socketsPerToken: number
  readonly socketsPerWorkspace: number
  /** Over WebSocket and server-sent events together. */
  readonly subscriptionsPerToken: number
  readonly subscriptionsPerWorkspace: number
  /** Requests a minute whose token is refused, by the address that they are from. */
  readonly failedLoginsPerAddress: number
  /** From the beginning of a request to the end of its headers. */
  readonly headersMs: number
  /** From the beginning of a request to the end of its body. */
  readonly requestMs: number
  /** How often the two are looked at. */
  readonly checkEveryMs: number
  /** From the opening of a WebSocket to its `connection_init`. */
  readonly initMs: number
  /** How often a WebSocket is pinged. One that has not answered by the next ping is gone. */
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
