import type { HubSpotPortal } from '../../hubspot/portal.ts'
import type { SyncContext } from '../sync-context.ts'
import type { Run } from './run.ts'

/** A worker's turn at a run: what travels together through every step of the engine. */
export interface Turn {
  readonly context: SyncContext
  readonly run: Run
  /** The workspace's HubSpot. */
  readonly portal: HubSpotPortal
  /** True once the worker should leave the rest to the run's next chunk; what it has read is still written. */
  isOver(): boolean
  /** Aborts when the worker stops or has lost the run: nothing more is to be begun. */
  readonly stop: AbortSignal
}
