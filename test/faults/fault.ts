import type { PortalOptions } from '../../simulator/index.ts'
import type { Servers } from './stage/servers.ts'
import type { Stage, StageOptions } from './stage/stage.ts'

/** One way in which something breaks, with the stage that it breaks. */
export interface Scenario {
  readonly name: string
  readonly stage: StageOptions | (() => Promise<StageOptions>)
  /** Seeds that one disturbance is for; their runs are under way at the same time. */
  readonly together: number
  /** The portal that a seed's workspaces are connected to, where it is not the suite's usual one. */
  readonly portal?: (seed: number) => PortalOptions
  readonly play: (stage: Stage, seeds: readonly number[]) => Promise<Played>
  /** Whether it is short enough for the bounded part; it is, unless said. */
  readonly isInCi?: boolean
  /** Ends what its stage stood on, once its last seed was played. */
  readonly cleanUp?: () => Promise<void>
}

/** What a scenario came to. */
export interface Played {
  readonly violations: readonly Violation[]
  /** Batch reads beyond those of an undisturbed run. */
  readonly repeatedReads: number
  /** The longest that runs stood still after something was broken; null where nothing was meant to stand. */
  readonly secondsUntilMoved: number | null
}

export interface Violation {
  readonly seed: number
  readonly what: string
}

/** A kind of fault, `F1` to `F12`. */
export interface Fault {
  readonly id: string
  readonly title: string
  /** A seed takes one of these, the seeds of a fault one after the other. */
  scenarios(servers: Servers): readonly Scenario[]
}

/** Why a scenario cannot be played here; it is said in the table and fails nothing. */
export class NotPossibleHereError extends Error {
  override name = 'NotPossibleHereError'
}

/** The usual portal of a seed: every outcome of a sync occurs in it. */
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
