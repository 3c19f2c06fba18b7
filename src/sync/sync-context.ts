import type { Logger } from 'pino'
import type { Announcements } from '../broker/announcements.ts'
import type { Database } from '../database/database.ts'
import type { HubSpotPortal, PortalUse } from '../hubspot/portal.ts'

/** The next chunk of work of a run, as its job names it. */
export interface RunChunk {
  readonly workspaceId: string
  readonly runId: string
  readonly chunk: number
}

/** Everything that the sync may touch; what is not in here it cannot reach. */
export interface SyncContext {
  readonly database: Database
  /** The workspace's connected portal, for a run unless said. Throws NotConnectedError (B15). */
  openPortal(workspaceId: string, use?: PortalUse): Promise<HubSpotPortal>
  readonly announcements: Announcements
  /** Enqueueing the same chunk twice enqueues it once. */
  enqueueRun(chunk: RunChunk): Promise<void>
  /** Whether runs wait for a worker; absent where they always may. */
  othersWait?(): Promise<boolean>
  now(): Date
  readonly log: Logger
  readonly tuning: SyncTuning
}

/** Sizes that change how fast a run goes and never what it does (I8). */
export interface SyncTuning {
  /** Members asked for per call; HubSpot allows 250. */
  readonly membershipLimit: number
  /** Members worked through per transaction, at least; a multiple of `readLimit` wastes no call. */
  readonly pageSize: number
  /** Of those, so many are matched while the ones before them are written; a fifth of it at first. */
  readonly sliceSize: number
  /** Contacts asked for per call; HubSpot allows 100. */
  readonly readLimit: number
  /** Pages read ahead of the one being written. */
  readonly pagesAhead: number
  /** Bytes of records read at a time, roughly; a portion that reaches this is written before more is read. */
  readonly pageBytes: number
  /** After this long a worker lets other runs have their turn, if any wait. */
  readonly chunkMs: number
}

export const defaultTuning: SyncTuning = {
  membershipLimit: 250,
  pageSize: 1_000,
  sliceSize: 500,
  readLimit: 100,
  pagesAhead: 2,
  pageBytes: 16_000_000,
  chunkMs: 10_000,
}
