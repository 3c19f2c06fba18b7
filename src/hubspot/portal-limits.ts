import type { HttpHeaders } from './http.ts'

/** `search` and `associations` have limits of their own, in search's case instead of the general one. */
export type CallKind = 'general' | 'search' | 'associations'

/** A limit as a window of the broker. */
export interface CallLimit {
  readonly key: string
  readonly calls: number
  readonly windowMs: number
}

/** What HubSpot grants an OAuth app in each portal that installs it, until an answer says otherwise. */
const usualCeiling = 110
const usualIntervalMs = 10_000
const associationsCeiling = 100
const associationsIntervalMs = 10_000
const searchesPerSecond = 5
/** From here on a limit is as good as none. */
const noLimitFrom = 10_000
/**
 * Requests take no more than this part of a portal's calls, however few runs take, so that runs always have the rest. Runs may
 * take all that requests leave.
 */
const requestShare = 0.5

/** What this process knows about the limits of a portal. */
export class PortalLimits {
  readonly #portalId: bigint
  readonly #appId: string
  readonly #sharePercent: number
  /** Calls per interval; null where HubSpot's answers name no limit. */
  #ceiling: number | null = usualCeiling
  #intervalMs = usualIntervalMs
  /** A limit was named or met before, so an answer that names none says nothing. */
  #isLimited = false
  readonly #refusedKinds = new Set<CallKind>()

  constructor(portalId: bigint, options: { readonly appId: string; readonly sharePercent: number }) {
    this.#portalId = portalId
    this.#appId = options.appId
    this.#sharePercent = options.sharePercent
  }

  isFree(kind: CallKind): boolean {
    return this.#ceiling === null && !this.#refusedKinds.has(kind)
  }

  limitOf(kind: CallKind): CallLimit {
    const [calls, windowMs] =
      kind === 'search'
        ? [searchesPerSecond, 1_000]
        : kind === 'associations'
          ? [associationsCeiling, associationsIntervalMs]
          : [this.#ceiling ?? usualCeiling, this.#intervalMs]
    const share = Math.max(1, Math.floor((calls * this.#sharePercent) / 100))
    return { key: this.#keyOf(kind), calls: share, windowMs }
  }

  /** What all requests of all workspaces may take, whatever the kinds of their calls. */
  limitOfRequests(): CallLimit {
    const { calls, windowMs } = this.limitOf('general')
    return { key: this.#keyOf('requests'), calls: Math.max(1, Math.floor(calls * requestShare)), windowMs }
  }

  /** Hears what a successful answer tells. */
  answered(kind: CallKind, headers: HttpHeaders): void {
    if (kind !== 'general') return
    const max = Number(headers['x-hubspot-ratelimit-max'])
    if (max >= 1) {
      this.#ceiling = max < noLimitFrom ? max : null
      this.#isLimited = max < noLimitFrom
      const intervalMs = Number(headers['x-hubspot-ratelimit-interval-milliseconds'])
      if (intervalMs >= 1) this.#intervalMs = intervalMs
    } else if (!this.#isLimited) {
      this.#ceiling = null
    }
  }

  /** HubSpot refused a call. `isWhole`: for the portal as a whole. */
  refused(kind: CallKind, isWhole: boolean): void {
    this.#refusedKinds.add(kind)
    if (!isWhole) return
    this.#ceiling ??= usualCeiling
    this.#isLimited = true
  }

  #keyOf(limit: CallKind | 'requests'): string {
    return `hubspot-${limit}:${this.#appId}/${this.#portalId}`
  }
}
