import type { HttpHeaders } from './http.ts'

/** `associations` has a limit in addition to the general one. `search` has a limit instead of the general one. */
export type CallKind = 'general' | 'search' | 'associations'

/** A limit as a window of the broker. */
export interface CallLimit {
  readonly key: string
  readonly calls: number
  readonly windowMs: number
}

/** What HubSpot grants an OAuth app in each portal that installs it. Used until an answer says otherwise. */
const usualCeiling = 110
const usualIntervalMs = 10_000
const associationsCeiling = 100
const associationsIntervalMs = 10_000
const searchesPerSecond = 5
/** A limit of at least this many calls is treated as no limit. */
const noLimitFrom = 10_000
/**
 * Maximum share of a portal's calls that requests can use, even if runs use few, so that runs always have the rest. Runs can
 * use everything that requests leave.
 */
const requestShare = 0.5

/** What this process knows about the limits of a portal. */
export class PortalLimits {
  readonly #portalId: bigint
  readonly #appId: string
  readonly #sharePercent: number
  /** Calls per interval. Null if HubSpot's answers report no limit. */
  #ceiling: number | null = usualCeiling
  #intervalMs = usualIntervalMs
  /** True if a limit was reported or reached before. An answer without a limit then means nothing. */
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

  /** The limit for all requests of all workspaces, for calls of every kind. */
  limitOfRequests(): CallLimit {
    const { calls, windowMs } = this.limitOf('general')
    return { key: this.#keyOf('requests'), calls: Math.max(1, Math.floor(calls * requestShare)), windowMs }
  }

  /** Reads what a successful answer says about the limits. */
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

  /** To be called when HubSpot has rejected a call. `isWhole` is true if the rejection is about the whole portal. */
  refused(kind: CallKind, isWhole: boolean): void {
    this.#refusedKinds.add(kind)
    if (!isWhole) return
    this.#ceiling ??= usualCeiling
    this.#isLimited = true
  }

  #keyOf(limit: CallKind | 'requests'): string {
    return `hubspot-${limit}:{${this.#appId}/${this.#portalId}}`
  }
}
