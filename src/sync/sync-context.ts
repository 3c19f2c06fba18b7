import type { Logger } from 'pino'
import type { Announcements } from '../broker/announcements.ts'
import type { Database } from '../database/database.ts'
import type { HubSpotPortal, PortalUse } from '../hubspot/portal.ts'

/** One chunk of a run, as its job names it. */
export interface RunChunk {
  readonly workspaceId: string
  readonly runId: string
  readonly chunk: number
}

/** Everything that the sync may use. It cannot reach anything else. */
export interface SyncContext {
  readonly database: Database
  /** The workspace's connected portal. `use` is a run by default. Throws NotConnectedError (B15). */
  openPortal(workspaceId: string, use?: PortalUse): Promise<HubSpotPortal>
  readonly announcements: Announcements
  /** Enqueues a chunk. Enqueueing the same chunk twice enqueues it once. */
  enqueueRun(chunk: RunChunk): Promise<void>
  /** True if other runs wait for a worker. Absent means that they always may. */
  othersWait?(): Promise<boolean>
  now(): Date
  readonly log: Logger
  readonly tuning: SyncTuning
}

/** Sizes that affect the speed of a run but never its result (I8). */
export interface SyncTuning {
  /** Members requested per call. HubSpot allows 250. */
  readonly membershipLimit: number
  /**
   * Number of members that are read together, and written in one transaction if that takes at most `pieceMs`. A
   * multiple of `readLimit` wastes no call.
   */
  readonly pageSize: number
  /**
   * Approximate longest time between two announcements of progress while records are read and written. Pages are written
   * in pieces, and made smaller, if they would take longer.
   */
  readonly pieceMs: number
  /** Number of drafts that are matched while the previous ones are written. The first slice has a fifth of it. */
  readonly sliceSize: number
  /** Contacts requested per call. HubSpot allows 100. */
  readonly readLimit: number
  /** Pages read ahead of the one being written. */
  readonly pagesAhead: number
  /**
   * Approximate number of bytes of records read at a time. A portion that reaches it is written before more is read.
   */
  readonly pageBytes: number
  /** Time after which a worker lets other runs have their turn, if any are waiting. */
  readonly chunkMs: number
}

export const defaultTuning: SyncTuning = {
  membershipLimit: 250,
  pageSize: 1_000,
  pieceMs: 400,
  sliceSize: 500,
  readLimit: 100,
  pagesAhead: 2,
  pageBytes: 16_000_000,
  chunkMs: 10_000,
}
