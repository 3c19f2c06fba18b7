import type { PortalOptions } from '../../simulator/index.ts'
import type { Servers } from './stage/servers.ts'
import type { Stage, StageOptions } from './stage/stage.ts'

/** One way in which something breaks, and the stage on which it breaks. */
export interface Scenario {
  readonly name: string
  readonly stage: StageOptions | (() => Promise<StageOptions>)
  /** Number of seeds that share one disturbance. Their runs are in progress at the same time. */
  readonly together: number
  /** The portal of a seed's workspaces, if it is not the suite's usual one. */
  readonly portal?: (seed: number) => PortalOptions
  readonly play: (stage: Stage, seeds: readonly number[]) => Promise<Played>
  /** True if it is short enough for the part that CI runs. Default true. */
  readonly isInCi?: boolean
  /** Removes what its stage depended on, after the last seed. */
  readonly cleanUp?: () => Promise<void>
}

/** The result of a scenario. */
export interface Played {
  readonly violations: readonly Violation[]
  /** Batch reads in addition to those of an undisturbed run. */
  readonly repeatedReads: number
  /** The longest time that runs stood still after something was broken. Null if they were not supposed to. */
  readonly secondsUntilMoved: number | null
}

export interface Violation {
  readonly seed: number
  readonly what: string
}

/** A type of fault, `F1` to `F12`. */
export interface Fault {
  readonly id: string
  readonly title: string
  /** Each seed takes one of these, in turn. */
  scenarios(servers: Servers): readonly Scenario[]
}

/** Why a scenario cannot be played on this machine. The table reports it, and it does not count as a failure. */
export class NotPossibleHereError extends Error {
  override name = 'NotPossibleHereError'
}

/** The usual portal of a seed. Every outcome of a sync occurs in it. */
export function portalOf(seed: number): PortalOptions & { hubId: number } {
  return {
    hubId: hubIdOf(seed),
    seed,
    contacts: 1_200 + ((seed * 137) % 1_000),
    companies: 30 + (seed % 20),
    rateLimit: null,
    associationRateLimit: null,
    searchPerSecond: null,
    timeZone: 'UTC',
  }
}

export const hubIdOf = (seed: number): number => 700_000_000 + seed
