/**
 * Someone who waits for an answer from HubSpot during a request to the API. Calls for a requester come out of the share of a
 * portal's budget that is reserved for requests. There are few of these calls, and their waits are bounded.
 */
export class Requester {
  /** Requesters of the same workspace share its turns. */
  readonly workspaceId: string
  /** The oldest requester goes first, so that requests in progress are completed. */
  readonly askedAt = performance.now()
  #patienceMs: number

  constructor(workspaceId: string, patienceMs: number) {
    this.workspaceId = workspaceId
    this.#patienceMs = patienceMs
  }

  /** How much longer the calls for this requester can wait, in total. Time that leads to an answer does not count. */
  get patienceMs(): number {
    return this.#patienceMs
  }

  hasWaited(ms: number): void {
    this.#patienceMs = Math.max(0, this.#patienceMs - ms)
  }
}
