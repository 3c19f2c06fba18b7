import type { HubSpotPortal } from '../../hubspot/portal.ts'
import type { SyncContext } from '../sync-context.ts'
import type { Run } from './run.ts'

/** A worker's turn at a run: the state that goes through every step of the engine. */
export interface Turn {
  readonly context: SyncContext
  readonly run: Run
  /** The workspace's HubSpot portal. */
  readonly portal: HubSpotPortal
  /** True once the worker should leave the rest to the run's next chunk. What it has read is still written. */
  isOver(): boolean
  /** Aborts when the worker stops or has lost the run. Nothing more may be begun then. */
  readonly stop: AbortSignal
}
