export interface RecordedCall {
  method: string
  url: string
}

/** Records calls. The route tells whether a call changes CRM data: reads by POST are marked there. */
export class RecordedRequests {
  readonly #byRoute = new Map<string, number>()
  readonly #byStatus = new Map<number, number>()
  readonly #byHub = new Map<number, Map<number, number>>()
  #nonReads: RecordedCall[] = []

  /** Calls by "METHOD /route/pattern", including refused ones. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#byRoute)
  }

  get statuses(): Readonly<Record<number, number>> {
    return Object.fromEntries(this.#byStatus)
  }

  /** Answers to calls of one portal, by status. */
  statusesOf(hubId: number): Readonly<Record<number, number>> {
    return Object.fromEntries(this.#byHub.get(hubId) ?? [])
  }

  get total(): number {
    return [...this.#byRoute.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Every API call that was not a read. OAuth calls are not included. */
  get nonReads(): readonly RecordedCall[] {
    return this.#nonReads
  }

  /** Number of calls with this text in their "METHOD /route/pattern". */
  countOf(text: string): number {
    return [...this.#byRoute].reduce((sum, [route, count]) => (route.includes(text) ? sum + count : sum), 0)
  }

  reset(): void {
    this.#byRoute.clear()
    this.#byStatus.clear()
    this.#byHub.clear()
    this.#nonReads = []
  }

  record(route: string): void {
    this.#byRoute.set(route, (this.#byRoute.get(route) ?? 0) + 1)
  }

  recordNonRead(method: string, url: string): void {
    this.#nonReads.push({ method, url })
  }

  recordStatus(status: number, hubId?: number): void {
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1)
    if (hubId === undefined) return
    const ofHub = this.#byHub.get(hubId) ?? new Map<number, number>()
    ofHub.set(status, (ofHub.get(status) ?? 0) + 1)
    this.#byHub.set(hubId, ofHub)
  }
}
