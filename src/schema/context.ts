import type { Viewer } from '../auth/viewer.ts'
import type { ConnectionContext } from '../connection/connection-context.ts'
import type { Database } from '../database/database.ts'
import type { ExportLinks } from '../exports/export-links.ts'
import type { SyncContext } from '../sync/sync-context.ts'
import type { AnswerMeter } from './support/answer-meter.ts'
import type { Pickers } from './support/pickers.ts'
import type { SharedReads } from './support/shared-reads.ts'

/** Services that all operations of the process share. */
export interface SchemaServices {
  readonly database: Database
  readonly sync: SyncContext
  readonly connection: ConnectionContext
  readonly reads: SharedReads
  readonly pickers: Pickers
  readonly exports: ExportLinks
  /** Aborts when the server stops, so that subscriptions end. */
  readonly closing: AbortSignal
  /** Makes Prisma read contacts as well. For tests, which compare the answers. */
  readonly plainReads?: boolean
}

/** What resolvers can use. */
export interface GraphQLContext extends SchemaServices {
  readonly viewer: Viewer
  /** Measures the answer to the operation or to the event of a subscription. */
  readonly answer: AnswerMeter
}
