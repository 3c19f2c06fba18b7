/**
 * Whoever waits, during a request to the API, for what HubSpot says. Calls for a requester come out of the share that a
 * portal's budget keeps for requests; they are few, and their waits are bounded.
 */
export class Requester {
  /** Requesters of one workspace share its turns. */
  readonly workspaceId: string
  /** Whoever asked first goes first, so that what was begun is brought to an end. */
  readonly askedAt = performance.now()
  #patienceMs: number

  constructor(workspaceId: string, patienceMs: number) {
    this.workspaceId = workspaceId
    this.#patienceMs = patienceMs
  }

  /** How much longer all calls for this requester may wait, together. Time that brings an answer does not count. */
  get patienceMs(): number {
    return this.#patienceMs
  }

  hasWaited(ms: number): void {
    this.#patienceMs = Math.max(0, this.#patienceMs - ms)
  }
}
